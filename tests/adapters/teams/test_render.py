"""A card as Teams gets it: valid, whole, small enough, and nothing in it live."""

import json
import os
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.activity import Json
from adapters.teams.elements import ACTION, VALUE
from adapters.teams.inert import JOINER, chunks, flowing, inert
from adapters.teams.render import LARGEST, MOST_CITATIONS, render, size
from bot.domain.cards import Button, Card, Fact, Field, Form, Image, Input, Paragraph, Quotation
from prompts import words
from tests.adapters.teams.fakes import words_in

WORDS = words()
FULL = os.environ.get("COACH_TEST_SCALE") == "full"
SCHEMA = jsonschema.Draft7Validator(
    json.loads(files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8"))
)
HOSTILE = (
    "**b** [x](https://evil.example/?q=1) ![i](https://evil.example/p.png) <at>everyone</at> "
    "{{DATE(2026-01-01T00:00:00Z)}} ${user}\n# h"
)


def quotation(number: int = 1, **changes: Any) -> Quotation:
    made = Quotation(
        number=number,
        text="Trust grows in a loop: modest aims, met together,\nmake the next risk easier to take.",
        title="Working across boundaries",
        author="A. Author",
        year=2019,
        section="Chapter 3 › Agreeing terms",
        document="trust.md",
        where="lines 12–19",
        before="Partners often wait for trust.\n\n",
        after="\nChoose a first piece of work.",
    )
    return Quotation(**{**made.__dict__, **changes})


WHOLE = Card(
    title="An answer",
    paragraphs=(Paragraph(text="Start small.", citations=(1, 2)), Paragraph(text="Then build on it.")),
    facts=(Fact(name="Owner", value="Amira"),),
    items=("first", "second"),
    image=Image(url="https://coach.example.org/i.png", alt="A chart"),
    quotations=(quotation(1), quotation(2, year=None, author="", before="", after="")),
    form=Form(
        id="log",
        submit="Log it",
        fields=(
            Field(id="what", label="What", input=Input.TEXT, hint="In a sentence"),
            Field(
                id="who", label="Who", input=Input.CHOICE, choices=(("me", "Just me"), ("all", "All")), required=False
            ),
            Field(id="title", label="Title"),
        ),
    ),
    buttons=(Button(label="Ask on", action="ask", value="Why?"), Button(label="Pass it on", action="pass")),
    note="From the library.",
    by_model=True,
)


def content(activity: Json) -> Json:
    [attachment] = activity["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    found: Json = attachment["content"]
    return found


def errors(activity: Json) -> list[str]:
    """What the official schema says of a card without `msteams`, which is an extension that Teams documents."""
    card = {name: value for name, value in content(activity).items() if name != "msteams"}
    return [error.message for error in SCHEMA.iter_errors(card)]


def of_type(kind: str, element: Any) -> list[Json]:
    if isinstance(element, list):
        return [found for each in element for found in of_type(kind, each)]
    if not isinstance(element, dict):
        return []
    return ([element] if element.get("type") == kind else []) + of_type(kind, list(element.values()))


def test_every_part_of_a_card_is_there_and_the_schema_takes_it() -> None:
    [activity] = render(WHOLE, WORDS)
    assert not errors(activity)
    shown = words_in(content(activity))
    text = " ".join(shown)
    for part in ["An answer", "Start small.", "Owner", "Amira", "• ", "first", "A chart", "What", "In a sentence"]:
        assert part in text
    for part in ["[1] Working across boundaries", "A. Author (2019) · Chapter 3 › Agreeing terms · lines 12–19"]:
        assert part in shown
    assert "“Trust grows in a loop: modest aims, met together, make the next risk easier to take.”" in shown
    assert shown[-1] == "From the library."
    assert activity["summary"].startswith("An answer")
    assert "text" not in activity


def test_a_quotation_is_read_in_context_when_its_button_is_pressed() -> None:
    [activity] = render(WHOLE, WORDS)
    [toggle] = of_type("Action.ToggleVisibility", content(activity))
    [folded] = [box for box in of_type("Container", content(activity)) if box.get("id") == toggle["targetElements"][0]]
    assert folded["isVisible"] is False
    assert " ".join(words_in(folded)).startswith("Partners often wait for trust. Trust grows in a loop")


def test_buttons_and_forms_carry_their_action_with_a_fallback_for_older_clients() -> None:
    [activity] = render(WHOLE, WORDS)
    log, ask, onward = of_type("Action.Execute", content(activity))
    assert (ask["verb"], ask["data"]) == ("ask", {ACTION: "ask", VALUE: "Why?"})
    assert onward["data"] == {ACTION: "pass", VALUE: ""}
    assert (log["verb"], log["data"]) == ("log", {ACTION: "log"})
    carrying = replace(WHOLE, form=replace(WHOLE.form, value="first")) if WHOLE.form else WHOLE
    assert of_type("Action.Execute", content(render(carrying, WORDS)[0]))[0]["data"] == {ACTION: "log", VALUE: "first"}
    for action in (log, ask, onward):
        fallback = action["fallback"]
        assert fallback["type"] == "Action.Submit"
        assert (fallback["title"], fallback["data"]) == (action["title"], action["data"])
    assert [field["id"] for field in of_type("Input.Text", content(activity))] == ["what", "title"]
    [choice] = of_type("Input.ChoiceSet", content(activity))
    assert choice["choices"] == [{"title": "Just me", "value": "me"}, {"title": "All", "value": "all"}]
    assert choice["isRequired"] is False


FACTORS = tuple((each, each.title()) for each in ("money", "trust", "power"))
LONG = " ".join(f"word{number}" for number in range(1_500))


def test_what_stands_in_a_field_at_first_is_there_and_its_hint_beside_it() -> None:
    fields = (
        Field(id="what", label="What?", input=Input.TEXT, hint="A sentence", initial="Two\nforms"),
        Field(id="line", label="In short?", initial="{{DATE}}"),
        Field(id="factor", label="About?", input=Input.CHOICE, choices=FACTORS, initial="trust"),
        Field(
            id="others", label="Else?", input=Input.CHOICES, choices=FACTORS, hint="Several", initial="power,money,x"
        ),
        Field(id="none", label="And?", input=Input.CHOICES, choices=FACTORS, required=False),
    )
    [activity] = render(Card(form=Form(id="log", submit="Log it", fields=fields)), WORDS)
    assert not errors(activity)
    what, line = of_type("Input.Text", content(activity))
    assert (what["value"], what["isMultiline"], "placeholder" in what) == ("Two\nforms", True, False)
    assert line["value"] == inert("{{DATE}}") != "{{DATE}}"
    factor, others, none = of_type("Input.ChoiceSet", content(activity))
    assert (factor["value"], "isMultiSelect" in factor) == ("trust", False)
    assert (others["value"], others["isMultiSelect"], "value" in none) == ("money,power", True, False)
    assert {"A sentence", "Several"} <= set(words_in(content(activity)))


def test_what_no_input_can_hold_is_written_out_and_the_field_may_stay_empty() -> None:
    field = Field(
        id="what", label=LONG, hint=LONG[:600], input=Input.TEXT, choices=(), initial=LONG + LONG
    )  # fmt: skip
    chosen = Field(id="how", label="How?", input=Input.CHOICE, choices=(("a", LONG[:900]), ("b", "b")))
    activities = render(Card(form=Form(id="log", submit=LONG[:500], fields=(field, chosen))), WORDS)
    shown = bare(activities)
    for text in (LONG, field.hint, field.initial, LONG[:900], LONG[:500]):
        assert squeezed(text) in shown
    [what] = of_type("Input.Text", list(activities))
    assert (what["isRequired"], "value" in what) == (False, False)
    [choice] = of_type("Input.ChoiceSet", list(activities))
    assert choice["choices"][0]["title"].startswith("1. word0")
    assert not errors(activities[-1])


def test_a_form_with_more_text_than_a_message_holds_is_whole_and_stays_together() -> None:
    fields = tuple(Field(id=f"f{n}", label=f"{n} {LONG}", input=Input.TEXT, initial=f"{n} {LONG}") for n in range(4))
    activities = render(Card(form=Form(id="log", submit="Log it", fields=fields)), WORDS)
    assert all(size(activity) <= LARGEST and not errors(activity) for activity in activities)
    assert [len(of_type("Input.Text", activity)) for activity in activities][-1] == 4
    assert of_type("Action.Execute", activities[-1])
    assert all(squeezed(text) in bare(activities) for each in fields for text in (each.label, each.initial))


def test_a_label_that_no_button_shows_whole_stands_above_it() -> None:
    [activity] = render(Card(buttons=(Button(label=LONG[:200], action="ask", value="x"),)), WORDS)
    assert words_in(content(activity)) == [LONG[:200], WORDS("teams.button")]


def test_what_belongs_to_a_card_comes_after_it() -> None:
    more = (Card(title="New"), Card(title="Worse"))
    assert [words_in(content(each)) for each in render(Card(title="Digest", more=more), WORDS)] == [
        ["Digest"],
        ["New"],
        ["Worse"],
    ]


def test_teams_is_told_what_a_model_wrote_and_what_is_cited() -> None:
    [by_model] = render(WHOLE, WORDS)
    [entity] = by_model["entities"]
    assert entity["type"] == "https://schema.org/Message"
    assert entity["additionalType"] == ["AIGeneratedContent"]
    assert [claim["position"] for claim in entity["citation"]] == [1, 2]
    [extractive] = render(Card(quotations=(quotation(7),)), WORDS)
    [entity] = extractive["entities"]
    assert "additionalType" not in entity
    assert entity["citation"][0]["appearance"]["name"] == "Working across boundaries"
    [plain] = render(Card(title="Hello"), WORDS)
    assert "entities" not in plain


def test_citations_keep_to_what_teams_takes() -> None:
    long = tuple(quotation(number, title="𝄞" * 90, text="long " * 90) for number in range(1, 31))
    for activity in render(Card(quotations=long), WORDS):
        [entity] = activity["entities"]
        assert len(entity["citation"]) <= MOST_CITATIONS
        for claim in entity["citation"]:
            assert len(claim["appearance"]["name"].encode("utf-16-le")) <= 2 * 80
            assert len(claim["appearance"]["abstract"].encode("utf-16-le")) <= 2 * 160


def test_nothing_that_a_person_or_a_document_says_is_live() -> None:
    hostile = Card(
        title=HOSTILE,
        paragraphs=(Paragraph(text=HOSTILE),),
        facts=(Fact(name=HOSTILE, value=HOSTILE),),
        items=(HOSTILE,),
        image=Image(url="http://evil.example/i.png", alt=HOSTILE),
        quotations=(quotation(1, text=HOSTILE, title=HOSTILE, section=HOSTILE, before=HOSTILE, after=HOSTILE),),
        buttons=(Button(label=HOSTILE, action="ask", value="x"),),
        note=HOSTILE,
    )
    for activity in render(hostile, WORDS):
        assert not errors(activity)
        assert not live(activity)


def live(activity: Json) -> list[str]:
    """What could act: elements that read Markdown, pictures and links, and marks that Teams reads before it draws."""
    acting = [kind for kind in ("TextBlock", "FactSet", "Image", "Action.OpenUrl", "Media") if of_type(kind, activity)]
    acting += ["selectAction"] if "selectAction" in json.dumps(activity) else []
    strings = json.dumps([activity["summary"], words_in(content(activity))], ensure_ascii=False)
    return acting + re.findall(r"<\s*/?\s*at\b|\{\{|\$\{", strings, re.IGNORECASE)


def test_a_long_card_is_split_into_messages_and_never_cut() -> None:
    card = Card(
        paragraphs=tuple(Paragraph(text=f"{number} " + "word " * 900) for number in range(9)),
        quotations=tuple(quotation(number, before="b " * 5000) for number in range(3)),
        buttons=(Button(label="On", action="ask"),),
    )
    activities = render(card, WORDS)
    assert len(activities) > 3
    assert all(size(activity) <= LARGEST and not errors(activity) for activity in activities)
    assert bare(activities).count("word") == 9 * 900
    assert bare(activities).count("b") >= 3 * 5000


def test_a_tall_card_is_split_between_its_parts_and_no_message_holds_the_small_print_alone() -> None:
    tall = Card(items=tuple(f"item {number} of many" for number in range(900)), note="From the library.")
    activities = render(tall, WORDS)
    assert len(activities) > 3
    assert all(size(activity) <= LARGEST and not errors(activity) for activity in activities)
    shown = [text for activity in activities for text in words_in(content(activity))]
    assert [text for text in shown if text.startswith("item")] == list(tall.items)
    for few in range(150, 250):
        *_, last = render(replace(tall, items=tall.items[:few]), WORDS)
        assert words_in(content(last))[0] != tall.note


def test_an_ordinary_answer_is_one_message() -> None:
    passage = "A sentence of a passage that a partner reads in its context. " * 9
    quoted = tuple(quotation(number, before=passage, after=passage) for number in range(1, 6))
    card = Card(paragraphs=tuple(Paragraph(text=each.text, citations=(1,)) for each in quoted), quotations=quoted)
    assert len(render(card, WORDS)) == 1


def test_an_empty_card_still_says_something() -> None:
    [activity] = render(Card(), WORDS)
    assert words_in(content(activity)) == ["…"]


TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=st.sampled_from("<at>/{}$&*_[]()!#|`~-\\\"'\n\r\t \u202e𝄞é{{"), max_size=60),
    st.sampled_from([HOSTILE, "x" * 9000, "𝄞" * 5000, "a b\n" * 3000, '"\\' * 4000]),
)
QUOTATIONS = st.builds(
    Quotation,
    number=st.integers(1, 40),
    text=TEXTS,
    title=TEXTS,
    author=TEXTS,
    year=st.none() | st.integers(1900, 2100),
    section=TEXTS,
    document=st.just("d"),
    where=TEXTS,
    before=TEXTS,
    after=TEXTS,
)
CARDS = st.builds(
    Card,
    title=TEXTS,
    paragraphs=st.lists(st.builds(Paragraph, text=TEXTS, citations=st.tuples(st.integers(1, 9))), max_size=3).map(
        tuple
    ),
    facts=st.lists(st.builds(Fact, name=TEXTS, value=TEXTS), max_size=2).map(tuple),
    items=st.lists(TEXTS, max_size=2).map(tuple),
    quotations=st.lists(QUOTATIONS, max_size=2).map(tuple),
    buttons=st.lists(
        st.builds(
            Button, label=st.text(max_size=30), action=st.just("ask"), value=TEXTS.filter(lambda text: len(text) < 500)
        ),
        max_size=3,
    ).map(tuple),
    note=TEXTS,
    by_model=st.booleans(),
)


def bare(activities: tuple[Json, ...]) -> str:
    """All that is shown, without white space and without what keeps it inert."""
    return squeezed("".join(text for activity in activities for text in words_in(content(activity))))


def squeezed(text: str) -> str:
    return re.sub(rf"[\s{JOINER}]", "", inert(text))


@settings(max_examples=500 if FULL else 15, deadline=None)
@given(CARDS)
def test_whatever_is_in_a_card_it_is_shown_once_whole_inert_and_small(card: Card) -> None:
    activities = render(card, WORDS)
    shown = bare(activities)
    parts = [card.title, *(paragraph.text for paragraph in card.paragraphs)]
    parts += [text for fact in card.facts for text in (fact.name, fact.value)]
    parts += [*card.items, *(button.label for button in card.buttons), card.note]
    for quote in card.quotations:
        parts += [quote.text, quote.title, quote.author, quote.section, quote.where]
        # A passage of white space is no context.
        parts += [quote.before, quote.after]
    for part in parts:
        assert squeezed(part) in shown
    for activity in activities:
        assert size(activity) <= LARGEST
        assert not live(activity)
    assert not errors(activities[0])


@given(st.text(alphabet=st.sampled_from("ab1-*. \n\t"), max_size=80))
def test_flowing_changes_white_space_only(text: str) -> None:
    assert "".join(flowing(text).split()) == "".join(text.split())


@given(st.text(max_size=300), st.integers(1, 50))
def test_chunks_leave_nothing_out(text: str, longest: int) -> None:
    parts = list(chunks(text, longest))
    assert "".join(parts) == text
    assert all(0 < len(part) <= longest for part in parts)
