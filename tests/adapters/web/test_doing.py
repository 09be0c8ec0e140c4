"""Pressing, filling in, changing and deleting over HTTP, as a form sends it and as the page's script does."""

import json
import re

import pytest

from adapters.web.app import demo_app
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from bot.domain.messages import Incoming
from prompts import words
from tests.adapters.web.fakes import HERE, QUESTION, Client, FakeCoach, Open, fake_page
from tests.adapters.web.test_app import shown

WORDS = words()
TYPED = "web:amira:event-0001"
NAME = f"answer:{TYPED}|0"
FIELDS = (
    Field(id="what", label="What stands in the way", input=Input.TEXT),
    Field(id="seen", label="Who may see it", input=Input.CHOICE, choices=(("named", "Leads"), ("counted", "Nobody"))),
)
CARD = Card(
    title="A barrier",
    paragraphs=(Paragraph(text="This is what would be kept."),),
    form=Form(id="log", submit="Log it", fields=FIELDS, value="mark"),
    buttons=(Button(label="Leave it", action="leave", value="7"),),
)
PRESS = {"press": f"{NAME}|0"}
FILL = {"fills": NAME, "field.what": "No time", "field.seen": "named"}
REVISE = {"revises": TYPED, "text": "What else?"}
WITHDRAW = {"withdraws": TYPED}
DEEDS = [
    pytest.param(PRESS, ("leave", "", {"value": "7"}), id="press"),
    pytest.param(FILL, ("log", "", {"what": "No time", "seen": "named", "value": "mark"}), id="fill in"),
    pytest.param(REVISE, ("revised", "What else?", {"of": TYPED}), id="change"),
    pytest.param(WITHDRAW, ("withdrawn", "", {"of": TYPED}), id="delete"),
]


@pytest.fixture
def coach() -> FakeCoach:
    return FakeCoach(card=CARD)


@pytest.fixture
async def client(aiohttp_client: Open, coach: FakeCoach) -> Client:
    """Somebody's page, on which they asked and have the answer."""
    opened = await aiohttp_client(demo_app(fake_page(coach)), headers={"Host": HERE})
    async with opened.post("/messages", json=QUESTION) as response:
        assert response.status == 202
    return opened


def seen(message: Incoming) -> tuple[str, str, dict[str, str]]:
    return message.action, message.text, dict(message.values)


@pytest.mark.parametrize(("what", "wanted"), DEEDS)
async def test_a_form_does_it_and_shows_the_page_again(
    client: Client, coach: FakeCoach, what: dict[str, str], wanted: tuple[str, str, dict[str, str]]
) -> None:
    """Without a script there is no event id: the page gives it one."""
    async with client.post("/messages", data={"as": "amira", **what}, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/?as=amira#latest")
    assert [seen(each) for each in coach.received[1:]] == [wanted]
    assert coach.received[1].key != coach.received[0].key


@pytest.mark.parametrize(("what", "wanted"), DEEDS)
async def test_the_script_does_it_once_however_often_it_says_so(
    client: Client, coach: FakeCoach, what: dict[str, str], wanted: tuple[str, str, dict[str, str]]
) -> None:
    said = []
    for _ in range(3):
        async with client.post("/messages", json={"as": "amira", "event": "event-0002", **what}) as response:
            assert response.status == 202
            said.append((await response.json())["new"])
    assert said == [True, False, False]
    assert [seen(each) for each in coach.received[1:]] == [wanted]


@pytest.mark.parametrize(("what", "label"), [(PRESS, "Leave it"), (FILL, "Log it")])
async def test_what_was_pressed_stands_on_the_page(client: Client, what: dict[str, str], label: str) -> None:
    async with client.post("/messages", data={"as": "amira", **what}) as response:
        page = await response.text()
    assert WORDS("page.pressed", label=label) in page
    async with client.get("/conversation.json?as=amira") as response:
        pressed = [each for each in await response.json() if each["text"] == label]
    assert [each["answers"] for each in pressed] == [f"answer:{TYPED}"]


_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
GONE = [
    {"press": f"{NAME}|1"},
    {"fills": f"answer:{TYPED}|1"},
    {"revises": f"answer:{TYPED}", "text": "x"},
    {"withdraws": f"answer:{TYPED}"},
]


@pytest.mark.parametrize("what", GONE)
async def test_what_does_not_stand_there_is_refused_in_words(
    client: Client, coach: FakeCoach, what: dict[str, str]
) -> None:
    async with client.post("/messages", json={"as": "amira", "event": "event-0002", **what}) as response:
        assert (response.status, await response.json()) == (409, {"error": WORDS("page.refused.gone")})
    assert len(coach.received) == 1


@pytest.mark.parametrize("what", [PRESS, FILL, REVISE, WITHDRAW])
async def test_nobody_does_anything_in_anothers_conversation(
    client: Client, coach: FakeCoach, what: dict[str, str]
) -> None:
    async with client.post("/messages", json={"as": "joe", "event": "event-0002", **what}) as response:
        assert response.status == 409
    assert len(coach.received) == 1


async def test_a_field_that_is_needed_is_asked_for(client: Client, coach: FakeCoach) -> None:
    sent = json.dumps({"as": "amira", "event": "event-0002", **FILL, "field.what": "  "})
    async with client.post("/messages", data=sent, headers={"Content-Type": "application/json"}) as response:
        assert (response.status, await response.json()) == (400, {"error": WORDS("page.refused.field")})
    assert len(coach.received) == 1


@pytest.mark.parametrize(("what", "wanted"), DEEDS)
async def test_what_could_not_be_kept_is_given_back_to_be_sent_again(
    client: Client, coach: FakeCoach, what: dict[str, str], wanted: tuple[str, str, dict[str, str]]
) -> None:
    coach.failures = [OSError("disk full")]
    async with client.post("/messages", data={"as": "amira", **what}) as response:
        page = await response.text()
        assert response.status == 503
    assert shown("page.refused.not_kept" if what is REVISE else "page.refused.not_done") in page
    sent = {**dict(_HIDDEN.findall(page)), **({"text": what["text"]} if "text" in what else {})}
    assert what.get("text", "") in page
    async with client.post("/messages", data=sent, allow_redirects=False) as response:
        assert response.status == 303
    assert [seen(each) for each in coach.received[1:]] == [wanted]
