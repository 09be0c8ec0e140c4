"""Whatever people write, each renderer shows it as plain text: whole, and nothing of it acts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from adapters.slack.forms import OPEN_FORM, decoded
from adapters.slack.places import Spot
from adapters.slack.render import pressed, render_form
from adapters.slack.render import render as in_slack
from adapters.teams.inert import JOINER
from adapters.teams.render import render as in_teams
from adapters.web.drawing import drawing
from bot.delivery.ports import Utterance
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph, Quotation
from bot.domain.messages import EventKey
from prompts import words
from tests.adapters.teams.fakes import words_in
from tests.adapters.teams.test_render import content, errors, live
from tests.adapters.web.fakes import LEAD, NOW, FakeCoach, fake_page
from tests.adapters.web.test_safety import TAGS
from tests.conftest import FULL
from tests.slack_rules import check_message, check_view, texts
from tests.teams_double import wrong

WORDS = words()
PAGE = drawing(fake_page(FakeCoach()))
SPOT = Spot(team="T0HOME", channel="D0ANA")
LONGEST = 10_000
#: What comes alive somewhere: Slack's and Teams' calls and mentions, links, images, Markdown, templates, HTML, marks
#: that turn the direction of what follows, and what no database or XML can hold.
TRICKS = (
    "<!channel> <!here> <@U0ANA> <#C0ROOM|room> <!subteam^S1|@leads> <!date^1^{date}|x> @channel @everyone",
    "<https://evil.example|here> https://evil.example <mailto:a@b.example|a> &lt;!channel&gt; &amp;",
    '<at>everyone</at> <at id="0">Anna</at> < at> </AT > {{DATE(2026-01-01T00:00:00Z,SHORT)}} ${user} {{{{',
    "[x](https://evil.example) ![i](https://evil.example/p.png) **b** _i_ ~s~ `c` *b*\n# h\n> q\n1. l\n- l :tada:",
    '{"type": "Action.OpenUrl", "url": "https://evil.example"} {"type":"mrkdwn","text":"<!channel>"} \\" \\u202e',
    "<script>alert(1)</script> \"><img src=x onerror=alert(1)>' </textarea></details> {% raw %} javascript:alert(1)",
    "\u202egnp.exe\u202c \u2066\u2067\u2068\u2069 \u200f\u200e \u061c שלום العربية <\u202eat>x</at> {\u202e{x}}",
    "=1+1 +1 -1 @SUM(A1) \t\r\n\r\x0b\x85\u2028 nul\0 \x1b[31m \ud800 \udfff \ufffe 😀👩‍👩‍👧 e\u0301",
)
ALIVE_IN_SLACK = {"link", "user", "channel", "broadcast", "emoji", "usergroup", "date", "team", "color", "mrkdwn"}
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_few = st.lists(st.sampled_from(TRICKS) | st.text(max_size=20), max_size=4).map(" ".join)
_many = st.builds(lambda part, more: ((part + more) * LONGEST)[:LONGEST], st.sampled_from(TRICKS), st.text(max_size=9))
TEXT = st.one_of(_few, _few, _few, _many)
_choices = st.lists(TEXT, min_size=1, max_size=4).map(lambda labels: tuple((f"v{n}", t) for n, t in enumerate(labels)))
_fields = st.builds(
    Field,
    id=st.just("f"),
    label=TEXT,
    hint=TEXT,
    input=st.sampled_from(Input),
    choices=_choices,
    required=st.booleans(),
    initial=TEXT | st.sampled_from(["v0", "v0,v1", "v9"]),
)
_forms = st.builds(
    lambda submit, fields: Form(
        id="barrier", submit=submit, fields=tuple(replace(each, id=f"f{n}") for n, each in enumerate(fields))
    ),
    TEXT,
    st.lists(_fields, min_size=1, max_size=4),
)


def quoted(text: str) -> Quotation:
    return Quotation(
        number=1, text=text, title=text, author="A", year=2020, section="S", document="d", where="line 1", before=text
    )


def some(made: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(made, max_size=2).map(tuple)


_single = st.builds(
    Card,
    title=TEXT,
    paragraphs=some(st.builds(Paragraph, text=TEXT)),
    facts=some(st.builds(Fact, name=TEXT, value=TEXT)),
    items=some(TEXT),
    quotations=some(st.builds(quoted, _few)),
    form=st.none() | _forms,
    buttons=some(st.builds(Button, label=TEXT, action=st.just("ask"), value=_few)),
    note=TEXT,
    by_model=st.booleans(),
)
CARDS = st.builds(lambda card, more: replace(card, more=tuple(more)), _single, st.lists(_single, max_size=1))


def everywhere(text: str) -> Card:
    """The text in every slot there is."""
    choices = (("v0", text), ("v1", text))
    fields = tuple(
        Field(id=f"f{n}", label=text, hint=text, input=kind, choices=choices, initial=text)
        for n, kind in enumerate(Input)
    )
    card = Card(
        title=text,
        paragraphs=(Paragraph(text=text),),
        facts=(Fact(name=text, value=text),),
        items=(text,),
        quotations=(quoted(text),),
        form=Form(id="barrier", submit=text, fields=fields),
        buttons=(Button(label=text, action="ask", value="v"),),
        note=text,
    )
    return replace(card, more=(Card(title=text),))


def said_by(card: Card) -> list[str]:
    """Every text of a card, except what is in its form."""
    found = [card.title, card.note, *card.items, *(each.text for each in card.paragraphs)]
    found += [text for fact in card.facts for text in (fact.name, fact.value)]
    found += [text for each in card.quotations for text in (each.text, each.title)]
    return found + [each.label for each in card.buttons]


def asked_by(card: Card) -> list[str]:
    """Every text in a card's form. A choice that is made at first is seen by its label."""
    if card.form is None:
        return []
    found = [card.form.submit]
    for field in card.form.fields:
        chosen = field.input in (Input.CHOICE, Input.CHOICES)
        found += [field.label, field.hint, *(label for _, label in field.choices if chosen)]
        found += [] if chosen else [field.initial]
    return found


def bare(shown: Iterable[str]) -> str:
    """Text without what may differ: white space, marks that act or cannot be shown, and what keeps marks apart."""
    return re.sub(rf"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd{JOINER}\u202a-\u202e\u2066-\u2069]+", "", "".join(shown))


def missing(wanted: Sequence[str], shown: Iterable[str]) -> list[str]:
    found = bare(shown)
    return [text for text in wanted if bare([text]) not in found]


#: Cards of this size take too long to be made smaller until they are the least that fails.
many = settings(
    max_examples=5_000 if FULL else 100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def of_each_trick(test: Any) -> Any:
    """Each trick alone, and 10,000 characters of it, in every slot."""
    for trick in (*TRICKS, "\u202eLog\u202c", "a\r\nb\0"):
        test = example(card=everywhere(trick))(test)
        test = example(card=everywhere((trick * LONGEST)[:LONGEST]))(test)
    return test


@of_each_trick
@many
@given(card=CARDS)
def test_in_slack(card: Card) -> None:
    blocks: list[Any] = []
    views: list[Any] = []
    for message in in_slack(card, WORDS):
        check_message({"text": message.text, "blocks": list(message.blocks)})
        assert not re.search(r"<|>|&(?!amp;|lt;|gt;)|[\u202a-\u202e\u2066-\u2069]", message.text)
        blocks += message.blocks
        views += opened(list(message.blocks))
    for view in views:
        check_view(view)
        blocks += view["blocks"]
    assert not (kinds(blocks) & ALIVE_IN_SLACK)
    shown = [text for _, text in texts(blocks)] + [each["initial_value"] for each in typed(blocks)]
    assert not TURNING.search("".join(shown))
    for each in (card, *card.more):
        assert missing(said_by(each) + asked_by(each), shown) == []


def opened(blocks: list[Any]) -> list[Any]:
    """The modals that the buttons of a message open."""
    buttons = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    carried = [each["value"] for each in buttons if pressed(each["action_id"]) == OPEN_FORM]
    return [render_form(decoded(value), SPOT, WORDS) for value in carried]


def typed(blocks: list[Any]) -> list[Any]:
    return [block["element"] for block in blocks if block["type"] == "input" and "initial_value" in block["element"]]


def kinds(node: Any) -> set[str]:
    """The type of everything in a message."""
    if isinstance(node, list):
        return {kind for each in node for kind in kinds(each)}
    if not isinstance(node, dict):
        return set()
    return {str(node.get("type"))} | kinds(list(node.values()))


@of_each_trick
@many
@given(card=CARDS)
def test_in_teams(card: Card) -> None:
    shown: list[str] = []
    for activity in in_teams(card, WORDS):
        assert wrong(activity) == ""
        assert not live(activity)
        found = words_in(content(activity))
        assert not TURNING.search("".join([activity["summary"], *found]))
        shown += found
    for each in (card, *card.more):
        assert missing(said_by(each) + asked_by(each), shown) == []


@settings(max_examples=100 if FULL else 5, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=CARDS)
def test_the_schema_takes_what_teams_gets(card: Card) -> None:
    assert [error for activity in in_teams(card, WORDS)[-2:] for error in errors(activity)] == []


@of_each_trick
@many
@given(card=CARDS)
def test_on_the_page(card: Card) -> None:
    said = (
        Utterance(key=EventKey("e1"), partner=LEAD.id, at=NOW, text=card.title),
        Utterance(key=EventKey("a1"), partner=LEAD.id, at=NOW, card=card, answers="e1"),
    )
    page = PAGE.conversation(LEAD, said)
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.tags <= TAGS
    assert not reader.acting
    assert not TURNING.search(page)
    for each in (card, *card.more):
        assert missing(said_by(each), reader.said) == []


class _Reader(HTMLParser):
    """What a page says, of which tags it is made, and what in it could act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            local = (value or "").startswith(("#", "/?as="))
            if (
                name.startswith("on")
                or name in ("src", "style", "srcdoc", "formaction")
                or (name == "href" and not local)
            ):
                self.acting.append(name)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@of_each_trick
@many
@given(card=CARDS)
def test_as_plain_text(card: Card) -> None:
    assert not TURNING.search(card.plain)
    labels = [field.label for field in card.form.fields] if card.form else []
    alone = {button.label for button in card.buttons}
    assert missing([text for text in said_by(card) if text not in alone] + labels, [card.plain]) == []


@pytest.mark.parametrize("alive", ["<!channel>", "<@U0ANA>"])
def test_what_is_alive_would_be_noticed(alive: str) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": alive}}
    assert kinds([block]) & ALIVE_IN_SLACK
    assert live({"summary": "<at>x</at>", "attachments": in_teams(Card(title="t"), WORDS)[0]["attachments"]})
    reader = _Reader()
    reader.feed('<p onclick="x"><img src="y"></p>')
    assert (reader.acting, reader.tags <= TAGS) == (["onclick", "src"], False)
    assert missing(["whole text"], ["whole"]) == ["whole text"]
