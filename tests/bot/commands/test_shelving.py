"""`coach library`: documents come and go, and what cannot be read is said and left out."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from knowledge.embedding import WeightsError
from tests.bot.coach_home import Home, Outcome, coach_home
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated: Path) -> Home:
    home = coach_home(tmp_path, monkeypatch, [("a.txt", f"On trust\n\n{TRUST}\n"), ("b.txt", f"On money\n\n{MONEY}\n")])
    (tmp_path / "data").mkdir()
    shutil.copyfile(migrated, tmp_path / "data" / "coach.sqlite")
    return home


def said(outcome: Outcome, status: int = 0) -> Any:
    assert (outcome.status, outcome.err) == (status, "")
    return json.loads(outcome.out)


def files(catalogue: Any) -> list[str]:
    return [item["file"] for item in catalogue["documents"]]


def listed(home: Home) -> list[str]:
    return files(said(home.run("library", "list", "--json")))


def found(home: Home, question: str) -> set[str]:
    answer = said(home.run("ask", question, "--json"))
    return {item["document"] for item in answer["retrieved"]}


def test_the_list_says_what_is_known_of_each_document(home: Home) -> None:
    catalogue = said(home.run("library", "list", "--json"))
    assert catalogue["generation"] == 1
    assert catalogue["set_aside"] == []
    assert catalogue["documents"][0] == {
        "file": "a.txt",
        "title": "On trust",
        "author": "",
        "year": None,
        "publisher": "",
        "audience": ["partnership"],
        "passages": 1,
        "notes": 0,
    }


def test_the_embedder_is_loaded_ahead_and_missed_only_when_it_is_needed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def missing(embedder: FakeEmbedder) -> None:
        asked.append(embedder)
        raise WeightsError("The weights are gone.")

    monkeypatch.setattr(FakeEmbedder, "load", missing)
    assert listed(home) == ["a.txt", "b.txt"]
    assert len(asked) == 1


def test_the_list_for_a_person_is_a_table(home: Home) -> None:
    outcome = home.run("library", "list")
    assert outcome.status == 0
    assert all(word in outcome.out for word in ("a.txt", "b.txt", "On trust", "Passages"))


def test_a_document_that_is_added_answers(home: Home) -> None:
    path = home.write("new.txt", f"On power\n\n{POWER}\n")
    catalogue = said(home.run("library", "add", str(path), "--json"))
    assert (catalogue["added"], catalogue["refused"]) == (["new.txt"], [])
    assert files(catalogue) == ["a.txt", "b.txt", "new.txt"]
    path.unlink()
    assert "new.txt" in found(home, POWER)


def test_what_cannot_be_read_is_refused_and_the_rest_added(home: Home) -> None:
    bad, good = home.write("bad.txt", b"\0\0"), home.write("good.txt", POWER)
    catalogue = said(home.run("library", "add", str(bad), str(good), "--json"), status=1)
    assert catalogue["added"] == ["good.txt"]
    assert catalogue["refused"] == [{"file": "bad.txt", "reason": "The file is no text. Save it as text."}]
    assert files(catalogue) == ["a.txt", "b.txt", "good.txt"]
    assert not list((home.folder / "data" / "library").glob(".*"))


def test_a_document_that_was_added_is_only_replaced_when_told_to(home: Home) -> None:
    added = said(home.run("library", "add", str(home.write("new.txt", POWER)), "--json"))
    assert (added["added"], added["replaced"]) == (["new.txt"], [])
    assert said(home.run("library", "add", "new.txt", "--json"))["replaced"] == []
    outcome = home.run("library", "add", str(home.write("new.txt", MONEY)))
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "coach: new.txt was added before and says something else. Use --replace, or rename this one.\n"
    )
    assert "new.txt" in found(home, POWER)
    outcome = home.run("library", "add", "new.txt", "--replace")
    assert "Replaced: new.txt\n" in outcome.out
    texts = [item["text"] for item in said(home.run("ask", POWER, "--json"))["retrieved"]]
    assert POWER not in texts


def test_two_files_of_one_name_are_a_sentence(home: Home) -> None:
    (home.folder / "sub").mkdir()
    one, two = home.write("new.txt", POWER), home.write("sub/new.txt", TRUST)
    outcome = home.run("library", "add", str(one), str(two))
    assert outcome.status == 2
    assert outcome.err == "coach: Two of the files are called new.txt. Rename one of them, or add one only.\n"
    assert listed(home) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("command", ["add", "check"])
@pytest.mark.parametrize("name", ["missing.txt", "library"])
def test_a_file_that_is_not_there_is_a_sentence(home: Home, command: str, name: str) -> None:
    outcome = home.run("library", command, name)
    assert (outcome.status, outcome.err) == (2, f"coach: There is no file {name}. Check the path.\n")


@pytest.mark.parametrize("command", ["add", "check"])
def test_a_file_that_may_not_be_read_is_a_sentence(home: Home, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    opened = Path.open

    def unless_closed(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "closed.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    home.write("closed.txt", TRUST)
    monkeypatch.setattr(Path, "open", unless_closed)
    outcome = home.run("library", command, "closed.txt")
    says = "closed.txt may not be read (Permission denied). Let me read it, or name another."
    assert (outcome.status, outcome.err) == (2, f"coach: {says}\n")


def test_a_folder_that_cannot_be_written_is_a_sentence(home: Home) -> None:
    (home.folder / "data" / "library").write_text("a file stands in the way")
    outcome = home.run("library", "add", str(home.write("new.txt", POWER)))
    assert outcome.status == 2
    assert "cannot be copied to" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_document_of_the_library_folder_is_taken_out_and_its_file_left(home: Home) -> None:
    catalogue = said(home.run("library", "remove", "a.txt", "--json"))
    assert (catalogue["removed"], files(catalogue)) == (["a.txt"], ["b.txt"])
    assert (home.library / "a.txt").exists()
    assert found(home, TRUST) == {"b.txt"}


def test_a_document_that_was_taken_out_can_be_added_again(home: Home) -> None:
    home.run("library", "remove", "a.txt")
    assert files(said(home.run("library", "add", "library/a.txt", "--json"))) == ["a.txt", "b.txt"]


def test_a_document_that_was_added_is_removed_with_its_copy(home: Home) -> None:
    home.run("library", "add", str(home.write("new.txt", POWER)))
    assert files(said(home.run("library", "remove", "new.txt", "--json"))) == ["a.txt", "b.txt"]
    assert not (home.folder / "data" / "library" / "new.txt").exists()


def test_a_document_of_both_folders_is_gone_from_both(home: Home) -> None:
    home.run("library", "add", str(home.write("a.txt", POWER)))
    assert files(said(home.run("library", "remove", "a.txt", "--json"))) == ["b.txt"]
    assert (home.library / "a.txt").exists()


def test_a_document_in_a_folder_within_is_known_by_its_path(home: Home) -> None:
    (home.library / "sub").mkdir()
    home.write("library/sub/c.txt", POWER)
    assert "sub/c.txt" in listed(home)
    assert files(said(home.run("library", "remove", "sub/c.txt", "--json"))) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("name", ["missing.txt", "../a.txt", "", "library.yaml"])
def test_removing_what_is_not_there_is_a_sentence(home: Home, name: str) -> None:
    outcome = home.run("library", "remove", name)
    assert outcome.status == 2
    assert outcome.err == (
        f"coach: There is no document {name} in the library. `coach library list` shows what there is.\n"
    )


def test_checking_files_says_which_can_be_read_and_adds_none(home: Home) -> None:
    good, bad = home.write("good.txt", POWER), home.write("bad.txt", b"\0")
    results = said(home.run("library", "check", str(good), str(bad), "--json"), status=1)
    assert results == [
        {"file": str(good), "readable": True, "reason": ""},
        {"file": str(bad), "readable": False, "reason": "The file is no text. Save it as text."},
    ]
    assert listed(home) == ["a.txt", "b.txt"]
    assert home.run("library", "check", str(good)).out.split() == [str(good) + ":", "can", "be", "read"]


def test_checking_the_library_brings_it_in_step(home: Home) -> None:
    assert said(home.run("library", "check", "--json"))["generation"] == 1
    home.write("library/b.txt", POWER)
    home.write("library/c.txt", b"\0")
    catalogue = said(home.run("library", "check", "--json"), status=1)
    assert catalogue["generation"] == 2
    assert catalogue["set_aside"] == [{"file": "c.txt", "reason": "The file is no text. Save it as text."}]
    assert said(home.run("library", "check", "--json"), status=1)["generation"] == 2


@pytest.mark.parametrize("command", [("library", "list"), ("library", "check"), ("ask", "Why?")])
def test_a_mistake_in_the_catalogue_is_a_sentence_with_its_line(home: Home, command: tuple[str, ...]) -> None:
    home.write("library/library.yaml", "documents:\n  - file: a.txt\n    colour: red\n")
    outcome = home.run(*command)
    assert (outcome.status, outcome.out) == (2, "")
    assert "library.yaml, line 3: A document has no key colour." in outcome.err
    assert "Traceback" not in outcome.err
