"""Requests that are validly signed, of the platforms and of links, with something malformed or hostile in them."""

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from bot.coaching.library.links import DocumentLinks
from tests.adapters.slack import signing
from tests.hostile import slack_payloads, teams_payloads
from tests.hostile.front import CANARY, Front
from tests.hostile.outsiders import Request, dumped, multipart
from tests.hostile.twisting import STRANGE, twisted

Dice = random.Random


Way = Callable[[Front, Dice, int], Request]


def insiders(front: Front, count: int, dice: Dice) -> Iterator[Request]:
    """So many requests, of every way in turn, none of which says that it is one of the others."""
    ways: tuple[Way, ...] = (_event, _interaction, _command, _activity, _activity, _page)
    for number in range(count):
        yield ways[number % len(ways)](front, dice, number)


def taken(front: Front, said: str, number: int) -> Iterator[Request]:
    """One of each kind as its platform sends it, with these words in it."""
    for event in slack_payloads.events(said):
        yield _slack(dumped(_unlike(event, number)), signing.JSON, "event")
    for each in slack_payloads.interactions(said):
        body = urlencode({"payload": json.dumps(_unlike(each, number))}).encode()
        yield _slack(body, signing.FORM, "interaction")
    for fields in slack_payloads.commands(said):
        yield _slack(urlencode(_unlike(fields, number)).encode(), signing.FORM, "command")
    for activity in teams_payloads.activities(front.teams, said):
        headers = {"Content-Type": "application/json", **front.teams.bearer()}
        body = dumped(_unlike(activity, number))
        yield Request(method="POST", path="/api/messages", body=body, headers=headers, kind="activity")


def _unlike(payload: Any, number: int) -> Any:
    """The same with other ids of what happened, so that it does not count as delivered again."""
    said = json.dumps(payload)
    for id_, other in {
        "1772452": f"{1_000_000 + number}",
        "1772453": f"{2_000_000 + number}",
        '"133.': f'"{number}.133.',
        "V0ONE": f"V0ONE{number}",
        "1700000000001": f"{1_700_000_000_001 + number}",
        "sent-1": f"sent-{number}",
    }.items():
        said = said.replace(id_, other)
    return json.loads(said)


def _event(_: Front, dice: Dice, number: int) -> Request:
    payload = dice.choice((*slack_payloads.events(CANARY), *slack_payloads.ends()))
    return _slack(dumped(twisted(_unlike(payload, number), dice)), signing.JSON, "event")


def _interaction(_: Front, dice: Dice, number: int) -> Request:
    payload = twisted(_unlike(dice.choice(slack_payloads.interactions(CANARY)), number), dice)
    return _slack(urlencode({"payload": json.dumps(payload)}).encode(), signing.FORM, "interaction")


def _command(_: Front, dice: Dice, number: int) -> Request:
    fields: dict[str, Any] = _unlike(dice.choice(slack_payloads.commands(CANARY)), number)
    name = dice.choice(list(fields))
    if dice.random() < 0.2:
        del fields[name]
    else:
        fields[name] = str(dice.choice(STRANGE))[:20_000].encode("utf-8", "replace")
    return _slack(urlencode(fields).encode(), signing.FORM, "command")


def _slack(body: bytes, kind: str, way: str) -> Request:
    headers = signing.signed(body, at=time.time(), kind=kind)
    return Request(method="POST", path="/slack/events", body=body, headers=headers, kind=way)


def _activity(front: Front, dice: Dice, number: int) -> Request:
    activity = twisted(_unlike(dice.choice(teams_payloads.activities(front.teams, CANARY)), number), dice)
    headers = {"Content-Type": "application/json", **front.teams.bearer()}
    return Request(method="POST", path="/api/messages", body=dumped(activity), headers=headers, kind="activity")


def _page(front: Front, dice: Dice, _: int) -> Request:
    """A link that was signed here, some for the lead and with the code entered, with whatever form."""
    soon, who = int(time.time()) + 600, dice.choice((front.lead, front.lead, "nobody"))
    purpose, told = dice.choice(
        (
            ("documents-page", ["harbour", who, soon]),
            ("documents-page", ["harbour", who, soon]),
            ("documents-page", ["gone", CANARY, soon]),
            ("digest-page", ["harbour", who, 4, None, None, soon]),
            ("own-page", [who, soon]),
        )
    )
    name, token = purpose.partition("-")[0], front.links.signed(purpose, told)
    session = front.links.session(token, datetime.now(UTC))
    entered = {"Cookie": f"coach-{name}={dice.choice((session, session, CANARY))}"}
    if dice.random() < 0.2:
        path = f"/{name}/{token}?file=..%2f{CANARY}&said=x&download={CANARY}"
        return Request(method="GET", path=path, headers=entered, kind="page")
    mark = dice.choice((DocumentLinks(signing=front.links).mark(session), CANARY))
    body, kind = multipart(dice, mark) if dice.random() < 0.5 else (_form(dice, mark), signing.FORM)
    return Request(
        method="POST", path=f"/{name}/{token}", body=body, headers={"Content-Type": kind, **entered}, kind="page"
    )


def _form(dice: Dice, mark: str) -> bytes:
    code = dice.choice(("000000", CANARY, "", "9" * 400, "٣٤٥٦٧٨"))
    fields = dice.choice(
        (
            {"code": code},
            {"send": "yes"},
            {"code": code, "send": "yes"},
            {"do": "remove", "file": f"../{CANARY}", "mark": mark},
            {"do": CANARY, "file": "trust.md", "mark": mark, "for": CANARY},
            {"do": "audience", "file": "\x00", "mark": mark, "organisation": CANARY},
            {CANARY: "\udc80"},
        )
    )
    return urlencode(fields, errors="surrogateescape").encode()
