"""Microsoft 365 Agents Playground: Teams on this machine, with Teams' connector behind it and a page in front.

It listens on every interface and has no setting for that; it sends nothing anywhere but to the coach.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.clients.installation import COUNCIL
from tests.clients.processes import call, running, until

PROGRAM = Path(__file__).parent / "node_modules/@microsoft/m365agentsplayground/cli.js"
AMARA, JOE = "user-amara", "user-2"
#: Of the charity by her address, though her account is in the council's tenant.
LEILA = "user-3"
PERSONAL = "personal-amara"
#: Her id in the directory.
AMARA_THERE = "00000000-0000-4000-8000-000000000001"
CHANNEL = "channel-general"
COACH = "coach-bot"
COACH_NAME = "Partnership Coach"
_STARTING_S = 30.0
#: How long an answer may take.
ANSWER_S = 20.0
#: The page has to be loaded before it, while the other clients start.
WELCOME_S = 60.0

Activity = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Playground:
    """A running client; everything that it sends and gets is in its recording."""

    address: str
    recording: Path
    personal: str = PERSONAL

    def ask(self, text: str) -> Activity:
        """The answer to what Amara writes in her chat with the coach."""
        seen = len(self.exchanges())
        self.write(PERSONAL, {"text": text})
        return self._answered(text, seen)

    def mention(self, text: str) -> Activity:
        """The answer to what Amara writes to the coach by its name in the council's channel."""
        seen = len(self.exchanges())
        self.write(CHANNEL, mentioning(text))
        return self._answered(mentioning(text)["text"], seen)

    def write(self, conversation: str, message: Activity) -> None:
        """Amara writes a message, as if on the page."""
        body = {"from": {"id": AMARA}, "textFormat": "plain", **message}
        call("POST", f"{self.address}/_conversation/v1/conversations/{conversation}/messages", body)

    def pass_on(self, activity: Activity) -> None:
        """The client sends the coach an activity that it did not make."""
        call("POST", f"{self.address}/_internal/v1/customActivities", activity)

    def until_welcomed(self) -> None:
        """Until the coach, which was installed with the opening of the page, has told whose client it is what it is."""
        until(lambda: self.standing(self.personal), WELCOME_S, lambda: "nobody was welcomed")

    def edit(self, written: Activity, text: str) -> None:
        """Amara changes what she wrote. The client has no such command: the activity is as Teams makes it."""
        changed = {"type": "messageUpdate", "text": text, "timestamp": f"{len(self.recorded())}"}
        self.pass_on({**written, **changed, "channelData": _event(written, "editMessage")})

    def delete(self, written: Activity) -> None:
        """Amara deletes what she wrote, in the same way."""
        happened = {"type": "messageDelete", "text": "", "channelData": _event(written, "softDeleteMessage")}
        self.pass_on({**written, **happened})

    def rate(self, written: Activity, posted: str, reaction: str, said: str = "") -> Activity:
        """Amara presses a thumb under the answer to what she wrote; gives what the coach answers the client."""
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": said}}
        invoke = {"type": "invoke", "name": "message/submitAction", "value": value, "replyToId": posted, "text": None}
        own = f"rated-{len(self.recorded())}"
        self.pass_on({**written, **invoke, "id": own})

        def answered() -> Activity | None:
            found = [each for each in self.recorded() if (each["request"].get("body") or {}).get("id") == own]
            return found[0].get("response") if found else None

        return until(answered, ANSWER_S, lambda: "the vote was not answered")

    def happens(self, kind: str, conversation: str) -> None:
        """Something becomes of a conversation: `install`, `uninstall`, `botAdded`, `teamRenamed` and the like."""
        asked, seen = f"conversationId={conversation}&type={kind}", len(self.recorded())
        activity = call("GET", f"{self.address}/_internal/v1/customActivities/template?{asked}")
        self.pass_on(activity)

        def taken() -> bool:
            new = [each for each in self.recorded()[seen:] if each.get("response")]
            return any((each["request"].get("body") or {}).get("type") == activity["type"] for each in new)

        until(taken, ANSWER_S, lambda: f"{kind} was not taken")

    def id_of(self, answer: Activity) -> str:
        """The id that the client gave a message of the coach: of an answer that ends a stream, the stream's."""
        streams = [each.get("streamId") for each in answer.get("entities", []) if each["type"] == "streaminfo"]
        return str(
            next(iter(streams), None)
            or next(each["response"]["body"]["id"] for each in self.recorded() if each["request"].get("body") == answer)
        )

    def standing(self, conversation: str) -> Mapping[str, Activity]:
        """The coach's messages in a conversation as they stand there, by the ids that the client gave them."""
        standing: dict[str, Activity] = {}
        for number, each in enumerate(self.recorded()):
            request, body = each["request"], each["request"].get("body") or {}
            named = (
                f"/{conversation}/" in request.get("url", "") or body.get("conversation", {}).get("id") == conversation
            )
            changed = str(request.get("url", "")).rpartition("/")[2]
            if named and request.get("method") == "DELETE":
                standing.pop(changed, None)
            elif named and "attachments" in body:
                streams = [info.get("streamId") for info in body.get("entities") or () if info["type"] == "streaminfo"]
                own = ((each.get("response") or {}).get("body") or {}).get("id")
                put = changed if request.get("method") == "PUT" else ""
                standing[str(put or next(iter(streams), None) or own or f"posted-{number}")] = body
        return standing

    def recorded(self) -> list[Activity]:
        """Every request so far with its response, in both directions."""
        text = self.recording.read_text() if self.recording.exists() else ""
        return [json.loads(each) for each in text.split("\n---\n")[:-1]]

    def exchanges(self) -> list[Activity]:
        """Every activity so far, in both directions."""
        return [body for each in self.recorded() if (body := each["request"].get("body"))]

    def _answered(self, text: str, seen: int) -> Activity:
        """The coach's message in the very conversation, and in a channel the thread, in which the text was written."""

        def found() -> Activity | None:
            new = self.exchanges()[seen:]
            asked = [each["conversation"]["id"] for each in new if each.get("text") == text]
            told = [each for each in new if "attachments" in each and each["conversation"]["id"] in asked]
            return told[-1] if told else None

        return until(found, ANSWER_S, lambda: f"no answer: {json.dumps(self.exchanges()[seen:])[-1500:]}")


def mentioning(text: str) -> Activity:
    """A message to the coach by its name."""
    name = f"<at>{COACH_NAME}</at>"
    return {"text": f"{name} {text}", "mentions": [{"mentioned": {"id": COACH}, "text": name}]}


def _event(written: Activity, name: str) -> Activity:
    return {**(written.get("channelData") or {}), "eventType": name}


@contextmanager
def playground(folder: Path, *, port: int, coach_port: int, user: str = AMARA) -> Iterator[Playground]:
    """Somebody's client, which writes to the coach's port."""
    config, recording, personal = folder / "playground.yml", folder / "recording.log", _personal(user)
    config.write_text(json.dumps(_config(user)))
    options = ["-c", "msteams", "-p", str(port), "--conversation-id", personal, "--disable-telemetry", "--er"]
    endpoint = f"http://127.0.0.1:{coach_port}/api/messages"
    more = {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
        "M365_AGENTS_PLAYGROUND_RECORDING_FILE": str(recording),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground-own.log"),
    }
    # By node itself: a package runner would leave it alive.
    command = [str(shutil.which("node")), str(PROGRAM), "start", "-e", endpoint, *options]
    address = f"http://localhost:{port}"
    with running(command, log=folder / "playground.log", port=port, folder=folder, **more) as program:
        program.until_it_listens(f"{address}/", _STARTING_S)
        yield Playground(address=address, recording=recording, personal=personal)


def _person(user: str, number: int, name: str) -> Mapping[str, str]:
    given, surname = name.split()
    domain = "lanternproject" if user == LEILA else "harbourcouncil"
    address = f"{given.lower()}.{surname.lower()}@{domain}.example"
    return {
        "id": user,
        "name": name,
        "givenName": given,
        "surname": surname,
        "email": address,
        "userPrincipleName": address,
        "aadObjectId": f"00000000-0000-4000-8000-{number:012}",
    }


#: The client wants exactly five besides the one in front of it.
_COLLEAGUES = ("Amara Okafor", "Joe Marsh", "Leila Haddad", "Owen Price", "Ruth Adeyemi", "Sam Fletcher")
_IDS = (AMARA, JOE, *(f"user-{number}" for number in range(3, 7)))


def _personal(user: str) -> str:
    return PERSONAL if user == AMARA else f"personal-{user}"


def _config(user: str) -> Mapping[str, object]:
    people = {
        name: _person(name, number, known)
        for number, (name, known) in enumerate(zip(_IDS, _COLLEAGUES, strict=True), 1)
    }
    return {
        "version": "0.1.1",
        "tenantId": COUNCIL,
        "bot": {"id": COACH, "name": COACH_NAME},
        "currentUser": people[user],
        "users": [person for name, person in people.items() if name != user],
        "personalChat": {"id": _personal(user)},
        "groupChat": {"id": "group-housing", "name": "Housing group"},
        "team": {
            "id": "team-council",
            "name": "Harbour Borough Council",
            "aadGroupId": "00000000-0000-4000-8000-000000000031",
            "channels": [{"id": CHANNEL, "name": "Partnership"}],
        },
    }
