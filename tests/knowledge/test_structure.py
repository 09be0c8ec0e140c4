"""Structure: one invented text for each hazard of converted documents."""

from collections.abc import Iterable

from knowledge.documents import Block, Kind, Role
from knowledge.structure import Arranged, arrange

PROSE = "The four parishes met each month in the old library and kept one list of what they owed one another."
LONG = (
    "Each spring the wardens walk the river together and write down which banks need work before the rains begin again"
)
LATER = "each May in the upper meadow instead."


def arranged(text: str) -> Arranged:
    return arrange(text.split("\n"))


def texts(blocks: Iterable[Block], role: Role = Role.BODY) -> list[str]:
    return [block.text for block in blocks if block.role is role and block.kind is not Kind.HEADING]


def headings(text: str) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in arranged(text).blocks if block.kind is Kind.HEADING]


def test_markdown_headings_keep_their_depth() -> None:
    text = f"# River towns\n\n{PROSE}\n\n## Why now\n\n{PROSE}\n\n### **Money**\n\n{PROSE}"
    assert headings(text) == [(1, "River towns"), (2, "Why now"), (3, "Money")]


def test_depths_that_mean_nothing_are_flattened() -> None:
    text = "\n\n".join(
        ("# 1. Mills", PROSE, "## Conclusion", PROSE, "## 2. Locks", PROSE, "### Tolls", PROSE, "### Conclusion", PROSE)
    )
    assert headings(text) == [(1, "1. Mills"), (2, "Conclusion"), (1, "2. Locks"), (2, "Tolls"), (2, "Conclusion")]


def test_bare_numbered_and_labelled_lines_are_headings() -> None:
    parts = ("1. Mills", PROSE, "1.1 Their tolls", PROSE, "Who pays", PROSE, "Box 2: A mill on the Arrow", PROSE)
    assert headings("\n\n".join(parts)) == [
        (1, "1. Mills"),
        (2, "1.1 Their tolls"),
        (3, "Who pays"),
        (4, "Box 2: A mill on the Arrow"),
    ]


def test_a_list_of_numbered_sentences_is_no_run_of_headings() -> None:
    text = f"Foreword\n\n{PROSE}\n\n1. Share the barges with every parish.\n\n2. Share the tolls as well."
    assert headings(text) == [(1, "Foreword")]


def test_signatures_and_speakers_are_no_headings() -> None:
    text = f'Foreword\n\n{PROSE}\n\nAda Thorn, Wickham, May 2009\n\n"{PROSE}"\n\nOmar Field, Ludden\n\n{PROSE}'
    assert headings(text) == [(1, "Foreword")]


def test_contents_are_kept_apart_and_give_the_depths() -> None:
    text = "\n".join(
        (
            "Contents",
            "",
            "Introduction\t3",
            "1. Mills\t5",
            "Tolls and dues\t7",
            "",
            "Introduction",
            "",
            PROSE,
            "",
            "1. Mills",
            "",
            PROSE,
            "",
            "Tolls and dues",
            "",
            PROSE,
        )
    )
    result = arranged(text)
    assert headings(text) == [(1, "Introduction"), (1, "1. Mills"), (2, "Tolls and dues")]
    assert len(texts(result.blocks, Role.CONTENTS)) == 4


def test_a_paragraph_cut_by_a_page_is_one_block() -> None:
    result = arranged(f"{LONG} and the\n\nlower meadows flood. Then they rest.\n\n{PROSE}")
    assert texts(result.blocks) == [f"{LONG} and the lower meadows flood. Then they rest.", PROSE]
    assert (result.blocks[0].start, result.blocks[0].end) == (1, 3)


def test_a_cut_before_a_capital_is_joined_after_an_open_word() -> None:
    result = arranged(f"{LONG} in\n\nLower Wickham. Then they rest.")
    assert texts(result.blocks) == [f"{LONG} in Lower Wickham. Then they rest."]


def test_a_complete_paragraph_is_left_alone() -> None:
    assert texts(arranged(f"{LONG}.\n\n{PROSE}").blocks) == [f"{LONG}.", PROSE]


def test_a_hyphen_at_the_cut_goes_when_the_word_is_known() -> None:
    known = arranged(f"The neighbourhood knew. {LONG} across the neighbour-\n\nhood and beyond it.")
    assert "across the neighbourhood and" in known.blocks[0].text
    unknown = arranged(f"{LONG} and speak of toll-\n\nsharing among themselves.")
    assert "toll-sharing among" in unknown.blocks[0].text


def test_halves_are_joined_over_a_footnote_and_a_caption() -> None:
    text = f"{LONG} and\n\n^{{3.}} See the minutes of 1911.\n\nFigure 2: The river\n\nthe fords are passable. So be it."
    result = arranged(f"{PROSE}\n\n{text}")
    assert texts(result.blocks)[1] == f"{LONG} and the fords are passable. So be it."
    assert texts(result.blocks, Role.NOTES) == ["See the minutes of 1911."]
    assert texts(result.blocks, Role.BOILERPLATE) == ["Figure 2: The river"]


def test_halves_are_joined_over_a_box() -> None:
    text = "\n\n".join((f"{LONG} and so", "The mill at Arrow", PROSE, PROSE, f"the wardens agreed to meet {LATER}"))
    result = arranged(f"Introduction\n\n{PROSE}\n\n{text}")
    assert texts(result.blocks)[1] == f"{LONG} and so the wardens agreed to meet {LATER}"


def test_italics_cut_by_a_page_are_joined() -> None:
    result = arranged(f"*{LONG} because the*\n\n*banks were never mended.*\n\n{PROSE}")
    assert texts(result.blocks)[0] == f"{LONG} because the banks were never mended."


def test_list_items_cut_in_two_are_joined_and_lists_of_fragments_are_not() -> None:
    cut = (
        "- Lending: the parish lends its barges, money\n\n- or labour to those in need.\n- Mending: all mend the banks."
    )
    assert texts(arranged(f"# A\n\n# B\n\n# C\n\nThree ways:\n\n{cut}").blocks)[1:] == [
        "Lending: the parish lends its barges, money or labour to those in need.",
        "Mending: all mend the banks.",
    ]
    whole = "- better use of barges\n\n- building more locks\n- sharing the tolls"
    assert len(texts(arranged(f"Aims:\n\n{whole}").blocks)) == 4


def test_notes_end_at_the_next_heading_and_numbered_bullets_of_the_body_stay() -> None:
    body = f"# One\n\n{PROSE}\n\nThree rules:\n\n- 1 Lend barges.\n- 2 Mend banks.\n- 3 Share tolls."
    result = arranged(f"{body}\n\n### Notes\n\n- 1 A book.\n- 2 Another.\n\n# Two\n\n{PROSE}\n\n# Three\n\n{PROSE}")
    assert texts(result.blocks, Role.NOTES) == ["1 A book.", "2 Another."]
    assert "2 Mend banks." in texts(result.blocks)


def test_numbered_bullets_that_begin_above_one_are_notes() -> None:
    text = f"{LONG} and\n\n- 24. Finch, interview.\n- 25. Moss, interview.\n\nthe rest is silence, they say."
    result = arranged(text)
    assert texts(result.blocks, Role.NOTES) == ["24. Finch, interview.", "25. Moss, interview."]
    assert len(texts(result.blocks)) == 1


def test_an_item_taken_for_a_heading_is_an_item() -> None:
    text = f"# One\n\n{PROSE}\n\n- 1 Who lends?\n- 2 Who mends?\n\n### 3 Who pays?\n\n{PROSE}\n\n# Two\n\n{PROSE}"
    items = [block.text for block in arranged(text).blocks if block.kind is Kind.LIST_ITEM]
    assert items == ["1 Who lends?", "2 Who mends?", "3 Who pays?"]


def test_roles_by_heading() -> None:
    sections = {
        "Acknowledgements": Role.FRONT,
        "Essay summaries": Role.SUMMARY,
        "Bibliography": Role.BIBLIOGRAPHY,
        "Endnotes": Role.NOTES,
        "Appendix 2: List of interviewees": Role.FRONT,
        "Licence to publish": Role.BOILERPLATE,
    }
    for title, role in sections.items():
        result = arranged(f"Introduction\n\n{PROSE}\n\n{title}\n\n{LONG} again.")
        assert texts(result.blocks) == [PROSE], title
        assert texts(result.blocks, role) == [f"{LONG} again."], title


def test_a_sentence_about_a_table_is_no_caption() -> None:
    sentence = "Table 2 shows that most parishes lend their barges."
    assert texts(arranged(f"{PROSE}\n\n{sentence}").blocks) == [PROSE, sentence]


def test_tables_become_rows_of_cells() -> None:
    tabbed = arranged(f"{PROSE}\n\nParish\tBarges\nArrow\t3\nLudden\t\n\n{PROSE}").blocks[1]
    assert (tabbed.kind, tabbed.text) == (Kind.TABLE, "Parish | Barges\nArrow | 3\nLudden")
    ruled = arranged(f"{PROSE}\n\n| Parish | Barges |\n|--------|--------|\n| Arrow | 3 |\n\n{PROSE}").blocks[1]
    assert ruled.text == "Parish | Barges\nArrow | 3"


def test_chapters_name_their_own_authors() -> None:
    text = "\n\n".join(
        (
            "# 1. Mills",
            "## A short history",
            "**Ada Thorn**",
            PROSE,
            "*Ada Thorn is a warden.*",
            "# 2. Locks",
            "How they work  \nOmar Field and Lin Marsh",
            PROSE,
            "# 3. Tolls",
            "## What they buy Eve Stone",
            PROSE,
            "*Eve Stone is a clerk.*",
        )
    )
    result = arranged(text)
    assert [(chapter.title, chapter.author) for chapter in result.guess.chapters] == [
        ("Mills: A short history", "Ada Thorn"),
        ("Locks: How they work", "Omar Field and Lin Marsh"),
        ("Tolls: What they buy", "Eve Stone"),
    ]
    assert texts(result.blocks) == [PROSE, PROSE, PROSE]


def test_title_author_and_year_from_a_suggested_citation() -> None:
    cite = "Thorn, A. and Field, O. (2014). Who mends the banks? A study of four parishes. Arrow: River Trust."
    guess = arranged(f"Introduction\n\n{PROSE}\n\nSuggested citation\n\n{cite}").guess
    assert (guess.title, guess.author, guess.year) == (
        "Who mends the banks? A study of four parishes",
        "Thorn, A. and Field, O.",
        2014,
    )


WRAPPED = """ 1. Introduction
The four parishes met each month in the old library and kept
one list of what they owed one another. Nobody was ever asked
to pay at once.
“We lend because we were lent to, and we mend because we
were mended.” (Thorn, 2011)
Each spring the wardens walk the river and write down which
banks need work before the rains.1 They go on foot, and they

We lend
because we
were lent

take the children with them, so that the names of the fords
are not forgotten by those who will need them.
1 See the minutes of the parish for 1911.
Who pays
Tolls are shared by weight, and every barge is weighed at the
lock by two wardens from different parishes.
Weighing at night: - The lock at Ludden weighs by lantern so
that no barge waits until the morning for its turn."""


def test_wrapped_text_is_unwrapped_into_paragraphs() -> None:
    result = arranged(WRAPPED)
    assert headings(WRAPPED) == [(1, "1. Introduction"), (2, "Who pays")]
    body = texts(result.blocks)
    assert body[0].endswith("Nobody was ever asked to pay at once.")
    assert body[1].startswith("“We lend because")
    assert body[1].endswith("(Thorn, 2011)")
    assert "and they take the children with them" in body[2]
    assert body[4].startswith("Weighing at night: - The lock")
    assert texts(result.blocks, Role.NOTES) == ["1 See the minutes of the parish for 1911."]
    assert texts(result.blocks, Role.BOILERPLATE) == ["We lend because we were lent"]
