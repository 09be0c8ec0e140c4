"""Nothing is cited that is not in the text, and nothing is said that a client could bring to life."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import Citation, Draft, Hit, Sentence
from knowledge.citations import MAX_CITATIONS, Quotable, verify
from knowledge.documents import Passage, Source, Unit
from knowledge.folding import readable
from knowledge.shelf import Volume
from tests.texts import ANY

#: As it is stored: marked up, wrapped, with notes and odd quotation marks.
LINES = (
    "# Working together",
    "Trust between **organisations** takes _time_ to build,<sup>3</sup> and it can't be hurried. "
    "In 2019 the 12 pilots spent £10,000 on “shared homes” in three towns; 2.5 per cent was lost.",
    "Leaders said the aim was non-negotiable — and",
    "that partners’ promises were [kept](https://library.example/a) in every single case.",
    "Power is shared when budgets are shared, and not before that has been agreed.",
)
TEXT = "\n".join(LINES)
GOOD = Draft(text="Trust takes time.", hit=0, quotation="Trust between organisations takes time to build")


def volume(text: str = TEXT, unit: Unit = Unit.LINE) -> Volume:
    return Volume(source=source(), version="1", unit=unit, text=text, passages=())


def source() -> Source:
    return Source(file="a.md", title="Forty years on", author="A. Writer", year=2007)


def hit(text: str = TEXT, start: int = 1, end: int = 5, *, unit: Unit = Unit.LINE) -> Hit:
    passage = Passage(file="a.md", ordinal=0, section=("Part 6",), text=readable(text), start=start, end=end, unit=unit)
    return Hit(passage=passage, source=source(), score=1, similarity=1)


def checked(*drafts: Draft, hits: Sequence[Hit] = ()) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    return verify(drafts, hits or [hit()], {"a.md": Quotable(volume())})


def says(text: str, beside: str = "") -> tuple[str, ...]:
    """What remains of a sentence that rests on a sound quotation, of a passage that says something `beside` it."""
    draft = Draft(text=text, hit=0, quotation=GOOD.quotation)
    return tuple(sentence.text for sentence in checked(draft, hits=[hit(f"{TEXT}\n{beside}")])[0])


def cites(quotation: str) -> tuple[str, ...]:
    """What is cited for a sound sentence that rests on this quotation."""
    return tuple(each.quote.text for each in checked(Draft(text="It says so.", hit=0, quotation=quotation))[1])


def test_a_sentence_keeps_its_citation_with_its_place_and_surroundings() -> None:
    (sentence,), (citation,) = checked(GOOD)
    assert sentence == Sentence(text="Trust takes time.", citations=(1,))
    assert (citation.n, citation.quote.start, citation.quote.end) == (1, 2, 2)
    assert citation.quote.text == "Trust between **organisations** takes _time_ to build"
    assert citation.quote.before == "Working together"
    assert citation.quote.after.startswith(", and it can't be hurried. In 2019")


@pytest.mark.parametrize(
    "quotation",
    [
        "Trust between organisations takes time to build, and it can't be hurried.",  # emphasis, a note marker
        "TRUST  between\norganisations takes\ttime",  # case and white space
        'spent £10,000 on "shared homes" in three towns',  # quotation marks
        "the aim was non-negotiable - and that partners' promises were kept in every",  # dash, line end, link
        "**Trust between organisations** takes",  # a model's own emphasis
        "2.5 per cent was lost",
    ],
)
def test_a_quotation_is_found_whatever_its_type_and_mark_up(quotation: str) -> None:
    (quote,) = cites(quotation)
    assert quote in " ".join(TEXT.split())


@pytest.mark.parametrize(
    "quotation",
    [
        "trust is a river that carries every boat home",  # invented
        "Trust between organisations takes no time to build",  # a word put in
        "Trust between organisations takes to build",  # a word left out
        "Trust between organisations … to build",  # dots for words
        "In 2018 the 12 pilots spent £10,000",  # a number altered
        "the 12 pilots spent £100,000 on",
        "000 on “shared homes” in three",  # half a number
        "5 per cent was lost",
        "time to build, and it can",  # can't, cut to can
        "negotiable — and that partners’ promises",  # non-negotiable, cut
        "said the aim was non",
        "rust between organisations takes time",  # half a word
        "Trust between organ",
        "Trust takes time",  # fewer than four words
        "",
        " \n ",
        " ".join(TEXT.split()),  # more than sixty words
        "](" * 20_000,  # would take minutes to fold
        "Trust between organi\u200bsations takes time",  # hidden characters
        "Trust between organisаtions takes time",  # a Cyrillic а
    ],
)
def test_a_quotation_that_is_not_there_goes_with_its_sentence(quotation: str) -> None:
    begun = time.monotonic()
    assert cites(quotation) == ()
    assert time.monotonic() - begun < 1


def test_words_of_another_passage_do_not_count() -> None:
    hits = [hit(LINES[1], 2, 2), hit(LINES[4], 5, 5)]
    power = "Power is shared when budgets are shared"
    for place, kept in ((0, 0), (1, 1), (2, 0), (-1, 0), (99, 0)):
        sentences, _ = checked(Draft(text="Share power.", hit=place, quotation=power), hits=hits)
        assert len(sentences) == kept
    assert checked(GOOD, hits=[hit(LINES[4], 5, 5)]) == ((), ())


def test_a_document_that_is_gone_or_has_shrunk_is_not_cited() -> None:
    assert verify([GOOD], [hit()], {}) == ((), ())
    assert verify([GOOD], [hit(start=900, end=950)], {"a.md": Quotable(volume("Short now."))}) == ((), ())


def test_two_passages_of_one_line_are_told_apart() -> None:
    first, second = LINES[1].split(" In 2019 ")
    quotation = "In 2019 the 12 pilots spent"
    assert checked(Draft(text="They spent.", hit=0, quotation=quotation), hits=[hit(first, 2, 2)]) == ((), ())
    _, (citation,) = checked(
        Draft(text="They spent.", hit=0, quotation=quotation), hits=[hit("In 2019 " + second, 2, 2)]
    )
    assert citation.quote.before == ""
    assert citation.quote.after.endswith("was lost.")


def test_repetition_is_dropped_and_five_are_enough() -> None:
    words = LINES[4].split()
    drafts = [Draft(text=f"Say {'x' * n}.", hit=0, quotation=" ".join(words[n : n + 5])) for n in range(8)]
    sentences, citations = checked(*drafts)
    assert [citation.n for citation in citations] == list(range(1, MAX_CITATIONS + 1))
    assert [sentence.citations for sentence in sentences] == [(n,) for n in range(1, MAX_CITATIONS + 1)]
    same_quotation = Draft(text="Something else.", hit=0, quotation=GOOD.quotation.upper())
    same_words = Draft(text="Trust *takes* time. ", hit=0, quotation=drafts[0].quotation)
    assert len(checked(GOOD, GOOD, same_quotation, same_words)[0]) == 1


def test_a_sentence_may_be_quoted_where_it_stands_and_marks_of_references_are_taken_out() -> None:
    said = "In 2019 the 12 pilots spent £10,000 on “shared homes” in three towns; 2.5 per cent was lost."
    (sentence,), (citation,) = checked(Draft(text=said, hit=0, quotation=LINES[1]))
    assert sentence.text == said
    assert citation.quote.text == LINES[1]
    marked = ("Trust takes time [3].", "Trust takes time.[1, 2]", "Trust takes time 【4†source】.")
    assert [says(text) for text in marked] == [("Trust takes time.",)] * 3


@pytest.mark.parametrize(
    "text",
    [
        *("It worked in 2019, 12 times, for £10,000.", "It cost £10000.", "About 2.5 per cent, or 2.5%, was lost."),
        *(
            "Three towns took part.",
            "It was 3 towns and twelve pilots.",
            "Forty years on, part 6 of a book of 2007 says so.",
        ),
        *("One partner told another at first, in a second.", "Someone, often, on behalf of all, at the weekend."),
    ],
)
def test_numbers_of_the_passage_may_be_used(text: str) -> None:
    assert says(text) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        *("It worked in 2018.", "It took 13 pilots.", "It cost £10,000,000.", "It cost £10.", "It cost 10 thousand."),
        *("Some 5 per cent was lost.", "It was 25 per cent.", "Four towns took part.", "Twenty-three towns took part."),
        *("Half of them left.", "Two-thirds left.", "It doubled.", "It cost £12m.", "It was €10,000.", "Thirty left."),
        *("It was ½ lost.", "It took ④ towns.", "It took ٣ towns.", "It was 12 hundred.", "It cost 2.5 billion."),
    ],
)
def test_other_numbers_take_their_sentence_with_them(text: str) -> None:
    assert says(text) == ()


LIVE = [
    # Links, in every spelling a client might take for one.
    *("See https://evil.example/x for more.", "See HTTP://EVIL.EXAMPLE now.", "See //evil.example/x."),
    "Go to www.evil",
    *("See evil.example.com/x?q=secret.", "See evil.com.", "See evil。com now.", "See еvil.рф now."),
    "See xn--e1afmkfd.xn--p1ai.",
    *("See ｈｔｔｐｓ：／／evil.example now.", "See evil․com now.", "Try 203.0.113.9 now.", "Try http://[::1]/x."),
    "Try localhost:x.",
    *("Open slack://channel?id=x.", "Open msteams:/l/chat.", "Call tel:+x now.", "Open data:text/html,x."),
    "Open file:x.",
    *("Write to mailto:someone.", "Write to boss@evil.example.", "Run javascript:alert.", r"Open \\evil\share now."),
    *("Click [here](evil) now.", "Click [here][r] now.", "[r]: evil", "Click [here] (x) at evil.example."),
    "<https:x|here>",
    # The same, hidden.
    *("See htt\u200bps://evil.example.", "See evil\u2060.\u200dcom now.", "See e\u00advil.com."),
    "See evil.\U000e0063com.",
    *("See ht`tps:`//evil.example.", "See ev*il.c*om now.", "See evil&#46;com now.", "&lt;!channel&gt; look"),
    "&#x40;here look",
    *("See \u202emoc.live//:sptth\u202c now.", "See evil\ufe00.\u034fcom."),
    # Mentions, images, mark-up that acts.
    *("<!channel> look.", "<!here|here> look.", "<@U123> look.", "<#C123> look.", "<!subteam^S1> look."),
    "<at>All</at> look.",
    *("@channel look.", "@here look.", "＠here look.", "＜!channel＞ look.", "<\u200b!channel> look."),
    "Look in #general now.",
    *("![chart](x) shows it.", "![x][y] shows it.", "<img src=x>", "</div><script>x", "Look :rotating_light: now."),
    "<!--x-->",
    # Nothing at all.
    *("", "  ", "...", "\u200b\u200b", "***", "12", "x" * 2000),
]  # fmt: skip


@pytest.mark.parametrize("text", LIVE)
def test_anything_a_client_could_bring_to_life_takes_its_sentence_with_it(text: str) -> None:
    assert says(text) == ()


@pytest.mark.parametrize("text", LIVE)
def test_nor_does_it_live_in_the_middle_of_a_sentence(text: str) -> None:
    if any(character.isalpha() for character in text):
        assert says(f"Trust takes time: {text} and so on.") == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Trust** takes _time_, `always` and ~never~ less.", "Trust takes time, always and never less."),
        ("# Trust takes\n> time\tto build.", "Trust takes > time to build."),
        ("- * Trust takes time.", "Trust takes time."),
        ("Trust\u200b takes \u202etime\u202c\x00\x1b.\ue000\ud800", "Trust takes time."),
        ("Tr\u00adust takes\u2028time.", "Trust takes time."),
    ],
)
def test_mark_up_and_unseen_characters_are_taken_out(text: str, shown: str) -> None:
    assert says(text) == (shown,)


@pytest.mark.parametrize(
    "text",
    [
        "Partners, e.g. councils and the N.H.S., agree (i.e. in writing): it's R&D, and/or practice.",
        "“Shared homes”, they said, 'matter' – most of all [sic] to residents… don't they?",
        "The aim was: agree, then act; costs < benefits; snake_case and A stay.",
    ],
)
def test_ordinary_prose_is_left_as_it_is(text: str) -> None:
    assert says(text, beside="What matters to the NHS, and to R&D, does ‘matter’ (or plan A).") == (text,)


@pytest.mark.parametrize(
    ("quotation", "pages"),
    [("the first page speaks of", (1, 1)), ("of trust and power is what", (1, 2)), ("the second page speaks", (2, 2)),
     ("and the third is short", (3, 3))],
)  # fmt: skip
def test_pages_are_counted_by_page_breaks(quotation: str, pages: tuple[int, int]) -> None:
    text = "The first page\nspeaks of trust\f and power is what\nthe second page speaks of,\n\fand the third\nis short."
    found = Quotable(volume(text, Unit.PAGE)).find(quotation, hit(text, 1, 3, unit=Unit.PAGE).passage)
    assert found is not None
    assert (found.start, found.end) == pages


WORDS = st.sampled_from(["trust", "Power", "can't", "non-negotiable", "10,000", "2.5", "“homes”", "is", "shared", "a"])
NOISE = st.sampled_from([" ", "  ", "\n", " **", "** ", " _", "_ ", "<sup>3</sup> ", " — ", ", ", ".\n\n", "\t", " \f"])
STORED = st.lists(st.tuples(WORDS, NOISE), min_size=1, max_size=60).map(lambda pairs: "".join(map("".join, pairs)))


@given(text=STORED, unit=st.sampled_from(Unit), data=st.data())
def test_every_quotation_kept_is_a_slice_of_the_text_in_its_place(text: str, unit: Unit, data: st.DataObject) -> None:
    breaks = "\n" if unit is Unit.LINE else "\f"
    parts = text.split(breaks)
    first, last = sorted(data.draw(st.tuples(*[st.integers(1, len(parts))] * 2)))
    passage = hit(breaks.join(parts[first - 1 : last]), first, last, unit=unit)
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    quotations = (text[low:high], text[low:high].upper().replace("\n", " "), data.draw(st.text(ANY)), data.draw(STORED))
    drafts = [Draft(text=f"Sentence {'x' * n}.", hit=0, quotation=each) for n, each in enumerate(quotations)]
    for citation in verify(drafts, [passage], {"a.md": Quotable(volume(text, unit))})[1]:
        quote = citation.quote
        assert first <= quote.start <= quote.end <= last
        assert quote.text in " ".join(breaks.join(parts[quote.start - 1 : quote.end]).split())


@given(text=st.text(alphabet="abc.:/@#<>![]()*_`~|&;!\u200b\u202e \n019"))
def test_what_is_shown_has_no_live_part(text: str) -> None:
    for shown in says(text):
        assert not re.search(r"//|<[^\s\d=]|@\S|\]\(|\]\[|!\[|[`*~\u200b\u202e\n]", shown)
        assert says(shown) == (shown,)
