"""Cards as Slack sees them: within its limits, nothing lost and nothing alive."""

import json
import os
import re
from dataclasses import replace
from typing import Any

import pytest
import slackblocks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.forms import decoded, encoded
from adapters.slack.places import Spot
from adapters.slack.render import SlackMessage, pressed, render, render_form
from adapters.slack.text import escaped, pieces, plain
from bot.domain.cards import Button, Card, Fact, Field, Form, Image, Input, Paragraph, Quotation
from prompts import words
from tests.slack_rules import check_message, check_view, texts

EXAMPLES = 1_500 if os.environ.get("COACH_TEST_SCALE") == "full" else 25
QUOTATION = Quotation(
    number=2,
    text="Trust grows with small promises kept.",
    title="Working together",
    author="A. Reed",
    year=2019,
    section="Trust",
    document="d1",
    where="page 4",
)
FULL = Card(
    title="What helps",
    paragraphs=(Paragraph(text="Start small.", citations=(2,)),),
    facts=(Fact(name="Owner", value="Ana"),),
    items=("one", "two"),
    image=Image(url="https://coach.example/i.png", alt="a chart"),
    quotations=(QUOTATION,),
    buttons=(
        Button(label="Ask next", action="ask", value="And then?"),
        Button(label="Why?", action="ask", value="Why?"),
    ),
    note="From the library.",
    by_model=True,
)
HOSTILE = "<!channel> <@U1> <https://evil.example|here> *b* _i_ `c` &lt;!here&gt; @channel https://evil.example :tada:"

tricky = st.sampled_from(["<!channel>", "<@U1>", "&amp;", "<http://x|y>", "\ud800", "\0", "😀", "\u202e", "*", "\r\n"])
prose = st.lists(st.one_of(st.text(max_size=60), tricky), max_size=30).map(" ".join)
text = st.one_of(
    prose, st.builds(lambda part, times: part * times, st.one_of(st.text(max_size=9), tricky), st.integers(1, 900))
)
cards = st.builds(
    Card,
    title=text,
    paragraphs=st.lists(st.builds(Paragraph, text=text, citations=st.just((1,))), max_size=8).map(tuple),
    facts=st.lists(st.builds(Fact, name=text, value=text), max_size=4).map(tuple),
    items=st.lists(text, max_size=60).map(tuple),
    image=st.one_of(st.none(), st.builds(Image, url=st.just("https://coach.example/i.png"), alt=text)),
    quotations=st.lists(
        st.builds(lambda t: Quotation(**{**vars(QUOTATION), "text": t, "title": t}), text), max_size=4
    ).map(tuple),
    buttons=st.lists(
        st.builds(Button, label=text, action=st.sampled_from(["ask", "skip"]), value=text), max_size=40
    ).map(tuple),
    note=text,
    by_model=st.booleans(),
)


def drawn(card: Card) -> tuple[SlackMessage, ...]:
    messages = render(card, words())
    for message in messages:
        check_message({"text": message.text, "blocks": list(message.blocks)})
    return messages


def visible(messages: tuple[SlackMessage, ...]) -> str:
    shown = [each for message in messages for _, each in texts(list(message.blocks))]
    filled = [block["element"] for message in messages for block in message.blocks if block["type"] == "input"]
    return " ".join([*shown, *(each["initial_value"] for each in filled if "initial_value" in each)])


def bare(shown: str) -> str:
    """Text without what may differ: white space, control marks that have become replacement marks, turning marks."""
    return re.sub("[\\s\x00-\x1f\x7f\ud800-\udfff\ufffd\u202a-\u202e\u2066-\u2069]+", "", shown)


def test_a_card_is_read_in_its_order_and_a_quotation_says_where_it_stands() -> None:
    (message,) = drawn(FULL)
    kinds = [block["type"] for block in message.blocks]
    assert kinds == ["header", "context", *["rich_text"] * 3, "image", "rich_text", "context", "actions", "context"]
    assert message.text.splitlines() == [
        "What helps",
        "AI generated",
        "Start small.\N{NO-BREAK SPACE}[2]",
        "Owner: Ana",
        "one",
        "two",
        "a chart",
        "“Trust grows with small promises kept.”",
        "[2] Working together · A. Reed (2019) · Trust · page 4",
        "From the library.",
    ]


def test_buttons_carry_their_action_and_value_and_differ_within_a_row() -> None:
    (message,) = drawn(FULL)
    row = message.blocks[-2]["elements"]
    assert [(pressed(each["action_id"]), each["value"]) for each in row] == [("ask", "And then?"), ("ask", "Why?")]
    assert row[0]["action_id"] == "ask"


def test_what_a_button_cannot_hold_is_written_out() -> None:
    long_label, long_value = "words" + " word" * 30, "v" * 2_001
    (message,) = drawn(
        Card(
            buttons=(
                Button(label=long_label, action="a", value="1"),
                Button(label="plain", action="a", value=long_value),
            )
        )
    )
    section, paragraph = message.blocks
    assert section["text"]["text"] == long_label
    assert section["accessory"]["value"] == "1"
    assert "plain" in json.dumps(paragraph)


def test_an_empty_card_and_a_card_of_buttons_have_text() -> None:
    assert [message.text for message in drawn(Card())] == ["…"]
    assert [message.text for message in drawn(Card(buttons=(Button(label="a < b", action="x"),)))] == ["a &lt; b"]


def test_nothing_in_a_hostile_card_is_alive() -> None:
    fields = {"text": HOSTILE, "title": HOSTILE, "author": HOSTILE, "section": HOSTILE, "where": HOSTILE}
    card = Card(
        title=HOSTILE,
        paragraphs=(Paragraph(text=HOSTILE),),
        facts=(Fact(name=HOSTILE, value=HOSTILE),),
        items=(HOSTILE,),
        quotations=(Quotation(**{**vars(QUOTATION), **fields}),),
        buttons=(Button(label=HOSTILE, action="ask", value=HOSTILE),),
        note=HOSTILE,
    )
    for message in drawn(card):
        raw = json.dumps(message.blocks)
        assert '"mrkdwn"' not in raw
        assert not re.search(r'"type": "(link|user|channel|broadcast|emoji|usergroup)"', raw)
        assert not re.search("<[!@#]|<http", message.text)


def test_slackblocks_accepts_the_same_limits() -> None:
    message = drawn(Card(title="t" * 151, paragraphs=(Paragraph(text="word " * 3_000),)))
    for block in (block for each in message for block in each.blocks):
        assert block["type"] == "rich_text"
        runs: list[slackblocks.RichTextElement] = [
            slackblocks.RichText(run["text"]) for each in block["elements"] for run in each["elements"]
        ]
        slackblocks.RichTextBlock(slackblocks.RichTextSection(runs))
    with pytest.raises(slackblocks.InvalidUsageError):
        slackblocks.HeaderBlock("t" * 151)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(card=cards)
def test_whatever_a_card_holds_slack_takes_it_and_nothing_is_lost(card: Card) -> None:
    messages = drawn(card)
    assert all(Block.parse_all(list(message.blocks)) for message in messages)
    shown = bare(visible(messages))
    wanted = [card.title, *(each.text for each in card.paragraphs), *card.items, card.note]
    wanted += [each for fact in card.facts for each in (fact.name, fact.value)]
    wanted += [each.text for each in card.quotations] + [each.label for each in card.buttons]
    for each in wanted:
        assert bare(each) in shown
    for message in messages:
        assert not re.search("<[!@#]|<http|&(?!amp;|lt;|gt;)", message.text)


@given(st.text(max_size=400), st.integers(2, 50))
def test_pieces_are_short_and_joined_they_are_the_text(given_text: str, longest: int) -> None:
    parts = list(pieces(given_text, longest))
    assert "".join(parts) == given_text
    assert all(0 < len(part.encode("utf-16-le", "surrogatepass")) // 2 <= longest for part in parts)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=100))
def test_escaping_is_undone_by_reading(given_text: str) -> None:
    assert plain(escaped(given_text)) == given_text


FORM = Form(
    id="barrier",
    submit="Log it",
    fields=(
        Field(id="what", label="What is in the way?", input=Input.TEXT, hint="A sentence."),
        Field(id="who", label="Who?", required=False),
        Field(id="see", label="Who may see it?", input=Input.CHOICE, choices=(("n", "Leads"), ("c", "Counted " * 12))),
    ),
)


def test_a_form_is_a_button_that_opens_a_modal_which_knows_where_to_answer() -> None:
    (message,) = drawn(Card(title="Log a barrier", form=FORM))
    carried = message.blocks[-1]["elements"][0]["value"]
    assert decoded(carried) == FORM
    view = render_form(decoded(carried), Spot(team="T1", channel="D1", thread="1.2"), words())
    check_view(view)
    View(**view).validate_json()
    assert (view["callback_id"], view["private_metadata"]) == ("barrier", "T1/D1/1.2")
    assert "Counted Counted" in json.dumps(view["blocks"][2])


def test_a_form_carries_its_value_into_the_modal_or_in_the_message() -> None:
    form = replace(FORM, value="first\nsecond")
    assert decoded(encoded(form)) == form
    view = render_form(form, Spot(team="T1", channel="D1"), words())
    assert view["private_metadata"] == "T1/D1/\nfirst\nsecond"
    check_view(render_form(replace(FORM, value="x" * 2_000), Spot(team="T1", channel="D1"), words()))
    (message,) = drawn(Card(form=replace(FORM, value="x" * 2_000)))
    assert message.blocks[-1]["elements"][0]["value"] == "x" * 2_000


FACTORS = tuple((each, each.title()) for each in ("money", "trust", "power", "rules"))
BARRIER = Form(
    id="barrier-log",
    submit="Log it",
    fields=(
        Field(id="what", label="What is it?", input=Input.TEXT, initial="Two forms\nfor one person"),
        Field(id="factor", label="What is it about?", input=Input.CHOICE, choices=FACTORS, initial="rules"),
        Field(id="others", label="What else?", input=Input.CHOICES, choices=FACTORS, initial="trust,money,unheard-of"),
    ),
)


def elements(form: Form) -> list[dict[str, Any]]:
    view = render_form(form, Spot(team="T1", channel="D1"), words())
    check_view(view)
    View(**view).validate_json()
    return [block["element"] for block in view["blocks"] if block["type"] == "input"]


def test_what_stands_in_a_field_at_first_is_there_when_the_form_opens() -> None:
    (message,) = drawn(Card(form=BARRIER))
    carried = decoded(message.blocks[-1]["elements"][0]["value"])
    assert carried == BARRIER
    what, factor, others = elements(carried)
    assert what["initial_value"] == "Two forms\nfor one person"
    assert factor["initial_option"] == factor["options"][3]
    assert (others["type"], others["initial_options"]) == ("checkboxes", others["options"][:2])
    for plainly in elements(FORM):
        assert not {"initial_value", "initial_option", "initial_options"} & plainly.keys()


@pytest.mark.parametrize(("number", "kind"), [(10, "checkboxes"), (11, "multi_static_select")])
def test_many_choices_of_which_several_hold_become_a_menu(number: int, kind: str) -> None:
    choices = tuple((str(each), f"choice {each}") for each in range(number))
    (drawn_as,) = elements(replace(FORM, fields=(Field(id="a", label="b", input=Input.CHOICES, choices=choices),)))
    assert drawn_as["type"] == kind


def test_a_form_of_an_older_version_is_understood() -> None:
    older = json.dumps(["barrier", "Log", [["what", "What?", "text", [], True, ""]], "draft"])
    field = Field(id="what", label="What?", input=Input.TEXT)
    assert decoded(older) == Form(id="barrier", submit="Log", fields=(field,), value="draft")
    assert encoded(decoded(older)) == older.replace(", ", ",")


def test_a_text_that_no_field_can_hold_is_written_out_and_the_field_may_stay_empty() -> None:
    long = " ".join(f"word{number}" for number in range(1_200))
    what, *others = BARRIER.fields
    messages = drawn(Card(form=replace(BARRIER, fields=(replace(what, initial=long), *others))))
    assert bare(long) in bare(visible(messages))
    inputs = [block for message in messages for block in message.blocks if block["type"] == "input"]
    assert [block["optional"] for block in inputs] == [True, False, False]
    assert "initial_value" not in inputs[0]["element"]


def test_a_form_with_more_text_than_a_message_holds_is_whole_and_stays_together() -> None:
    long = " ".join(f"word{number}" for number in range(380))
    fields = tuple(
        Field(id=f"f{number}", label=long, hint=long, input=Input.TEXT, initial=f"{number} {long[:2900]}")
        for number in range(5)
    )
    messages = drawn(Card(title="T", form=Form(id="a", submit="Log it", fields=fields), note="N"))
    shown = bare(visible(messages))
    assert all(bare(text) in shown for each in fields for text in (each.label, each.hint, each.initial))
    (whole,) = [message for message in messages if any(block["type"] == "input" for block in message.blocks)]
    assert [block["type"] for block in whole.blocks if block["type"] in ("input", "actions")] == ["input"] * 5 + [
        "actions"
    ]


def test_a_form_that_no_button_can_carry_stands_in_the_message() -> None:
    choices = tuple((str(number), f"choice {number} " + "x" * 40) for number in range(60))
    form = Form(id="join", submit="Join", fields=(Field(id="to", label="Which?", input=Input.CHOICE, choices=choices),))
    assert len(encoded(form)) > 2_000
    (message,) = drawn(Card(form=form))
    assert [block["type"] for block in message.blocks] == ["input", "actions"]
