"""Every quotation stands in its document, where it is said to: checked against the bytes of the files alone."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.loaders.text import load
from knowledge.passages import cut
from tests.bench import QUESTIONS

FOLDER = os.environ.get("COACH_LIBRARY_DIR", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="the source documents are not shipped; set COACH_LIBRARY_DIR")

_SINGLE, _DOUBLE = re.compile("[‘’‚‛′]"), re.compile("[“”„‟″«»]")
_MARKER = re.compile(r"<sup>[\d,\s]*</sup>|\^\{[\d.,\s]+\}|[⁰¹²³⁴-⁹]+")


def plain(text: str) -> str:
    """A text with white space, quotation style and note markers folded, and nothing else."""
    unmarked = _MARKER.sub("", text)
    return re.sub(r"\s+", " ", _DOUBLE.sub('"', _SINGLE.sub("'", unmarked))).strip()


def sections() -> list[str]:
    """Names of sections of the documents, spread evenly over them."""
    found: list[str] = []
    for path in sorted(Path(FOLDER).glob("*.txt")):
        names = dict.fromkeys(
            name
            for passage in cut(load(path.read_bytes()), file=path.name)
            for name in passage.section
            if len(name) < 90
        )
        found += list(names)[:: max(1, len(names) // 22)]
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What `coach ask --batch` answers to all the questions."""
    folder = tmp_path_factory.mktemp("quotations")
    questions = [*QUESTIONS, *(f"What is said about “{name}”?" for name in sections())]
    assert len(questions) >= 100
    batch = folder / "questions.jsonl"
    batch.write_text("".join(json.dumps({"id": each, "question": each}) + "\n" for each in questions))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("coach")), "ask", "--batch", str(batch), "--json"],
        env={**environ, "COACH_DATA_DIR": str(folder / "data"), "COACH_LIBRARY_DIR": str(Path(FOLDER).resolve())},
        cwd=folder, stdout=subprocess.PIPE, timeout=600, check=True,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in answers] == questions
    return answers


def citations(answers: list[Any]) -> Iterator[tuple[str, Any]]:
    yield from ((answer["id"], citation) for answer in answers for citation in answer["citations"])


def lines(citation: Any) -> list[str]:
    text = (Path(FOLDER) / citation["document"]).read_bytes().decode("utf-8-sig")
    return re.split(r"\r\n|\r|\n", text)[citation["start_line"] - 1 : citation["end_line"]]


def test_every_quotation_stands_in_its_lines(answers: list[Any]) -> None:
    cited = list(citations(answers))
    assert len(cited) >= 100
    wrong = [(asked, each) for asked, each in cited if plain(each["quote"]) not in plain("\n".join(lines(each)))]
    assert not wrong, f"{len(wrong)} of {len(cited)}"


def test_no_quotation_is_said_to_take_more_lines_than_it_does(answers: list[Any]) -> None:
    wide = [
        (asked, each)
        for asked, each in citations(answers)
        if each["start_line"] < each["end_line"]
        for part in (lines(each)[1:], lines(each)[:-1])
        if plain(each["quote"]) in plain("\n".join(part))
    ]
    assert not wide


def test_quotations_are_short_and_few(answers: list[Any]) -> None:
    assert max(len(each["quote"].split()) for _, each in citations(answers)) <= 60
    assert min(len(each["quote"].split()) for _, each in citations(answers)) >= 4
    assert max(len(answer["citations"]) for answer in answers) <= 5


def test_every_sentence_is_borne_out_and_every_citation_is_used(answers: list[Any]) -> None:
    for answer in answers:
        numbers = [citation["n"] for citation in answer["citations"]]
        assert numbers == list(range(1, len(numbers) + 1))
        assert {number for sentence in answer["sentences"] for number in sentence["citations"]} == set(numbers)
        assert all(sentence["citations"] for sentence in answer["sentences"])
        assert bool(numbers) == answer["answered"] == (answer["reason"] == "answered")


def test_twenty_passages_are_retrieved_best_first_and_each_once(answers: list[Any]) -> None:
    for answer in answers:
        scores = [item["score"] for item in answer["retrieved"]]
        assert len(scores) == 20
        assert scores == sorted(scores, reverse=True)
        assert len({plain(item["text"]).lower() for item in answer["retrieved"]}) == 20


def test_what_is_cited_was_retrieved(answers: list[Any]) -> None:
    for answer in answers:
        texts = [(item["document"], item["section"]) for item in answer["retrieved"]]
        assert all((each["document"], each["section"]) in texts for each in answer["citations"])


def test_most_questions_of_the_documents_own_are_answered(answers: list[Any]) -> None:
    assert sum(answer["answered"] for answer in answers) >= 0.9 * len(answers)
