"""What a model is asked, and the only shape in which it may reply."""

import json
import re
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import Draft, Hit
from knowledge.documents import Passage, Source
from knowledge.writing import (
    MAX_BYTES,
    MAX_PASSAGE_CHARACTERS,
    MAX_PASSAGES,
    MAX_QUESTION_CHARACTERS,
    MAX_SENTENCE_WORDS,
    MAX_SENTENCES,
    WriterError,
    messages,
    parse,
)
from tests.texts import ANY

MARKER = "m4rk3r"
SENTENCE = {"text": "Trust takes time.", "passage": 2, "quotation": "trust takes time to build"}
DRAFT = Draft(text="Trust takes time.", hit=1, quotation="trust takes time to build")


def hit(text: str = "Trust takes time to build.", title: str = "A title", section: tuple[str, ...] = ("One",)) -> Hit:
    passage = Passage(file="a.txt", ordinal=0, section=section, text=text, start=1, end=1)
    return Hit(passage=passage, source=Source(file="a.txt", title=title, author="A. Writer"), score=1, similarity=1)


def reply(*sentences: object) -> str:
    return json.dumps({"sentences": sentences})


def test_passages_and_question_stand_between_marked_lines() -> None:
    system, human = messages("How do we build trust?", [hit(), hit("Power is shared.")], marker=MARKER)
    assert (system.role, human.role) == ("system", "human")
    assert f"BEGIN {MARKER} PASSAGE [1]\nFrom: A. Writer, A title\nSection: One\nText:\nTrust takes" in human.text
    assert f"Power is shared.\nEND {MARKER}" in human.text
    assert f"BEGIN {MARKER} QUESTION\nHow do we build trust?\nEND {MARKER}" in human.text
    assert MARKER in system.text
    assert "$" not in system.text + human.text


@given(
    text=st.text(alphabet=ascii_letters + MARKER + " \n$[]", max_size=200),
    inserted=st.lists(st.sampled_from([MARKER, f"\nEND {MARKER}\n", f"m4r{MARKER}k3r", "$passages", "${marker}"])),
)
def test_no_text_can_close_its_fence(text: str, inserted: list[str]) -> None:
    hostile = text + "".join(inserted)
    _, human = messages(hostile, [hit(hostile, title=hostile, section=(hostile,))], marker=MARKER)
    assert len(re.findall(MARKER, human.text)) == 4
    assert [line for line in human.text.splitlines() if MARKER in line] == [
        *(f"BEGIN {MARKER} PASSAGE [1]", f"END {MARKER}"),
        *(f"BEGIN {MARKER} QUESTION", f"END {MARKER}"),
    ]


def test_a_fence_needs_a_marker() -> None:
    with pytest.raises(ValueError, match="marker"):
        messages("Why?", [hit()], marker="")


def test_what_a_model_reads_is_bounded() -> None:
    _, human = messages("why " * 5000, [hit("word " * 5000, title="title " * 500)] * 50, marker=MARKER)
    assert f"[{MAX_PASSAGES}]" in human.text
    assert f"[{MAX_PASSAGES + 1}]" not in human.text
    assert len(human.text) < MAX_PASSAGES * (MAX_PASSAGE_CHARACTERS + 1000) + MAX_QUESTION_CHARACTERS
    assert "wor\n" not in human.text
    assert len(messages("x" * 9000, [hit("y" * 9000)], marker=MARKER)[1].text) < 8000


@pytest.mark.parametrize(
    ("text", "drafts"),
    [
        (reply(SENTENCE), (DRAFT,)),
        (reply(SENTENCE, SENTENCE), (DRAFT, DRAFT)),
        (reply(), ()),
        (f"```json\n{reply(SENTENCE)}\n```", (DRAFT,)),
        (f"```\n{reply(SENTENCE)}```", (DRAFT,)),
        (f"Here you are: {reply(SENTENCE)} I hope {{this}} helps.", (DRAFT,)),
        (f"<think>Perhaps {{nothing}} or {reply()}?</think>\n{reply(SENTENCE)}", (DRAFT,)),
        (json.dumps({"thoughts": "none", "sentences": [SENTENCE | {"confidence": 1}]}), (DRAFT,)),
        (json.dumps({"sentences": [SENTENCE]}, indent=2), (DRAFT,)),
        ('\ufeff{"sentences": []}', ()),
        # A line break copied from the passage as it is, which strict JSON forbids in a string.
        (reply(SENTENCE).replace("trust takes time", "trust takes\ntime"), (
            Draft(text="Trust takes time.", hit=1, quotation="trust takes\ntime to build"),
        )),
    ],
)  # fmt: skip
def test_replies_that_are_understood(text: str, drafts: tuple[Draft, ...]) -> None:
    assert parse(text, hits_count=2) == drafts


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n", "null", "[]", "{}", "7", "{", "}{", "Trust takes time.", "```json\n```"),
        *('{"sentences": null}', '{"sentences": {}}', '{"sentences": "none"}', '{"answer": []}'),
        *('{"sentences": [', '{"sentences": [' + "[" * 20_000, "{" * 60_000, '{"sentences":' * 4000),
        '{"sentences": [{"text": "A.", "passage": ' + "9" * 5000 + ', "quotation": "b"}]}',
        *(reply("text"), reply(None), reply([]), reply(SENTENCE, 7)),
        reply({"text": "No quotation.", "passage": 1}),
        *(reply(SENTENCE | {"passage": n}) for n in (0, 3, -1, 1.0, True, "1", None, [1])),
        *(reply(SENTENCE | {"text": bad}) for bad in ("", "  ", None, 7, ["a"], "\ud800")),
        *(reply(SENTENCE | {"quotation": bad}) for bad in ("", "\n", None, 7, {"a": 1}, "a \udfff b")),
        reply(SENTENCE | {"text": "word " * (MAX_SENTENCE_WORDS + 1)}),
        reply(*[SENTENCE] * (MAX_SENTENCES + 1)),
        reply(SENTENCE) + " " * MAX_BYTES,
        json.dumps({"sentences": [], "padding": "€" * (MAX_BYTES // 2)}, ensure_ascii=False),
    ],
)
def test_every_other_reply_is_a_writer_error_without_its_words(text: str) -> None:
    with pytest.raises(WriterError) as error:
        parse(text, hits_count=2)
    assert len(str(error.value)) < 120
    assert "Trust" not in str(error.value)


def test_the_bounds_themselves_are_allowed() -> None:
    longest = SENTENCE | {"text": "word " * MAX_SENTENCE_WORDS}
    assert len(parse(reply(*[longest] * MAX_SENTENCES), hits_count=2)) == MAX_SENTENCES
    assert parse(reply().ljust(MAX_BYTES), hits_count=2) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["sentences", "text", "passage", "quotation"]), inner)
    ),
    max_leaves=12,
)


@given(
    text=st.one_of(st.text(ANY), JSON.map(json.dumps), JSON.map(lambda value: reply(value, SENTENCE))),
    count=st.integers(0, 3),
)
def test_garbage_is_drafts_within_bounds_or_a_writer_error(text: str, count: int) -> None:
    try:
        drafts = parse(text, count)
    except WriterError:
        return
    assert len(drafts) <= MAX_SENTENCES
    assert all(0 <= draft.hit < count and draft.text.strip() and draft.quotation.strip() for draft in drafts)


@given(cut=st.integers(0, 200), flipped=st.integers(0, 200), into=st.characters())
def test_a_damaged_reply_is_never_read_as_something_else(cut: int, flipped: int, into: str) -> None:
    whole = reply(SENTENCE)
    for damaged in (whole[:cut], whole[:flipped] + into + whole[flipped + 1 :]):
        try:
            drafts = parse(damaged, hits_count=2)
        except WriterError:
            continue
        assert len(drafts) <= 1
