"""Nearest neighbours: exact search and embedded Chroma keep one contract; the child may misbehave in any way."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from structlog.testing import capture_logs

from knowledge import chroma_child, chroma_nearest
from knowledge.chroma_nearest import ChromaProcess
from knowledge.nearest import ExactNearest, Nearest, NearestError, Units

FILES = ("a.md", "b.md", "c.md")
#: What the scripted child finds.
FIRST_FIVE = [0, 1, 2, 3, 4]

#: A child that speaks Chroma's side of the pipe, and does what the file `behave` in its folder says.
CHILD = """#!{python} -IS
import json, pathlib, sys, time
folder = pathlib.Path(sys.argv[-1])
behave = folder / "behave"
for line in sys.stdin:
    request, how = json.loads(line), behave.read_text() if behave.exists() else ""
    with (folder / "asked").open("a") as log: log.write(request["do"] + "\\n")
    if how == "die": sys.exit(1)
    if how == "hang" or how == "hang on " + request["do"]: time.sleep(60)
    if how == "babble": print("what?", flush=True)
    elif how == "find nothing": print(json.dumps({{"answer": []}}), flush=True)
    elif how == "fill" and request["do"] == "serve": print(json.dumps({{"answer": True}}), flush=True)
    elif how == "fail": print(json.dumps({{"error": "InternalError"}}), flush=True)
    else: print(json.dumps({{"answer": list(range(request.get("count", 0)))}}), flush=True)
"""


def units(count: int = 60, seed: int = 1) -> Units:
    rows = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Units(vectors=rows, owners=np.arange(count), files=tuple(FILES[row % 3] for row in range(count)))


def children() -> set[str]:
    """The processes that this one started and has not buried, zombies among them."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {each for path in lists for each in path.read_text().split()}


@pytest.fixture(autouse=True)
def _buries_its_children(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    before = children()
    yield
    assert [each.message for each in caplog.get_records("call") if each.levelname != "DEBUG"] == []
    deadline = time.monotonic() + 2
    while children() - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert children() <= before


async def keeps_the_contract(nearest: Nearest) -> None:
    small, large = units(20, seed=2), units()
    with pytest.raises(NearestError):
        await nearest.query(large.vectors[0], 5, None)
    for served in (small, large):
        await nearest.serve(served)
        for row in (0, 7):
            order = np.argsort(-(served.vectors @ served.vectors[row]), kind="stable")
            assert (await nearest.query(served.vectors[row], 5, None)).tolist() == order[:5].tolist()
            of_two = [int(each) for each in order if served.files[each] in FILES[:2]]
            assert (await nearest.query(served.vectors[row], 4, FILES[:2])).tolist() == of_two[:4]
        assert (await nearest.query(served.vectors[0], 5, ["unknown.md"])).tolist() == []
    assert len(await nearest.query(large.vectors[0], 1000, None)) == len(large.files)


async def test_exact_search_keeps_the_contract() -> None:
    await keeps_the_contract(ExactNearest())


async def test_embedded_chroma_keeps_the_contract(tmp_path: Path) -> None:
    nearest = ChromaProcess(tmp_path / "index")
    try:
        await keeps_the_contract(nearest)
    finally:
        await nearest.close()


def overwrite(folder: Path, random: np.random.Generator) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.write_bytes(random.bytes(max(path.stat().st_size, 100)))


@pytest.mark.crash
@pytest.mark.parametrize("seed", range(3))
async def test_random_bytes_in_chromas_files_are_mended(tmp_path: Path, seed: int) -> None:
    random, served, nearest = np.random.default_rng(seed), units(), ChromaProcess(tmp_path)
    await nearest.serve(served)
    await nearest.close()
    overwrite(tmp_path, random)
    await nearest.serve(served)
    assert (await nearest.query(served.vectors[3], 1, None)).tolist() == [3]
    await nearest.close()


@pytest.fixture
async def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChromaProcess]:
    """Chroma's parent side with the scripted child; the index lies in `tmp_path / "index"`."""
    program = tmp_path / "child"
    program.write_text(CHILD.format(python=sys.executable))
    program.chmod(0o700)
    monkeypatch.setattr(chroma_child, "sys", SimpleNamespace(executable=str(program)))
    monkeypatch.setattr(chroma_nearest, "_QUERY_SECONDS", 0.2)
    (tmp_path / "index").mkdir()
    nearest = ChromaProcess(tmp_path / "index")
    yield nearest
    await nearest.close()


def behave(folder: Path, how: str) -> None:
    (folder / "index" / "behave").write_text(how)


async def ask(nearest: Nearest) -> list[int]:
    rows: list[int] = (await nearest.query(units().vectors[0], 5, None)).tolist()
    return rows


@pytest.mark.parametrize("damage", ["die", "fail", "babble"])
async def test_a_damaged_index_is_thrown_away_and_built_again(
    child: ChromaProcess, tmp_path: Path, damage: str
) -> None:
    behave(tmp_path, damage)
    await child.serve(units())
    assert not (tmp_path / "index" / "behave").exists()
    assert await ask(child) == FIRST_FIVE


async def test_an_index_that_cannot_be_built_is_an_error_and_no_more(child: ChromaProcess, tmp_path: Path) -> None:
    (tmp_path / "index").rmdir()
    (tmp_path / "index").write_text("a file stands in the way")
    with pytest.raises(NearestError):
        await child.serve(units())
    with pytest.raises(NearestError):
        await ask(child)


@pytest.mark.parametrize("how", ["die", "babble", "hang on query"])
async def test_a_child_that_is_lost_is_replaced_and_its_index_kept(
    child: ChromaProcess, tmp_path: Path, how: str
) -> None:
    await child.serve(units())
    behave(tmp_path, how)
    with pytest.raises(NearestError):
        await ask(child)
    with pytest.raises(NearestError):
        await ask(child)
    behave(tmp_path, "")
    await child.serve(units())
    assert await ask(child) == FIRST_FIVE
    # Had the index been thrown away, the log of what was asked would have gone with it.
    served = ["open", "serve", "drop_others", "query"]
    assert (tmp_path / "index" / "asked").read_text().split() == served * 2


async def test_a_child_that_filled_its_index_is_started_anew(child: ChromaProcess, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir(exist_ok=True)
    behave(tmp_path, "fill")
    before = children()
    await child.serve(units())
    assert len(children() - before) == 1
    assert await ask(child) == FIRST_FIVE
    assert (tmp_path / "index" / "asked").read_text().split() == [*["open", "serve"] * 2, "drop_others", "query"]


async def test_a_child_that_finds_next_to_nothing_is_not_believed(child: ChromaProcess, tmp_path: Path) -> None:
    await child.serve(units())
    behave(tmp_path, "find nothing")
    with pytest.raises(NearestError, match="incomplete"):
        await ask(child)
    assert (await child.query(units().vectors[0], 5, ["unknown.md"])).tolist() == []


async def test_rows_of_other_units_are_not_given_out(child: ChromaProcess) -> None:
    served, others = units(), units(seed=5)
    await child.serve(served)
    assert (await child.query(served.vectors[0], 5, None, of=served)).tolist() == FIRST_FIVE
    with pytest.raises(NearestError):
        await child.query(served.vectors[0], 5, None, of=others)


async def test_what_is_wrong_is_known_and_logged_once(child: ChromaProcess, tmp_path: Path) -> None:
    with capture_logs() as logged:
        await child.serve(units())
        assert child.problem == ""
        behave(tmp_path, "fail")
        for _ in range(3):
            with pytest.raises(NearestError):
                await ask(child)
        assert child.problem == "the index does not answer (InternalError): questions are answered by exact search"
        behave(tmp_path, "")
        assert await ask(child) == FIRST_FIVE
        assert child.problem == ""
    assert [(each["event"], each.get("reason")) for each in logged] == [
        ("index away", "InternalError"),
        ("index back", None),
    ]


async def test_files_in_the_working_directory_are_not_mistaken_for_chromas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chromadb.py").write_text("raise SystemExit")
    (tmp_path / "json.py").write_text("raise SystemExit")
    (tmp_path / ".env").write_text("CHROMA_SERVER_HTTP_PORT=none\nIS_PERSISTENT=perhaps\n")
    monkeypatch.chdir(tmp_path)
    nearest, served = ChromaProcess(tmp_path / "index"), units()
    await nearest.serve(served)
    assert (await nearest.query(served.vectors[3], 1, None)).tolist() == [3]
    await nearest.close()


async def test_nobody_waits_long_for_a_child_that_does_something_else(child: ChromaProcess, tmp_path: Path) -> None:
    await child.serve(units())
    behave(tmp_path, "hang on drop_others")
    dropping = asyncio.create_task(child._held.child.ask("drop_others", 60))
    await asyncio.sleep(0)
    with pytest.raises(NearestError, match="busy"):
        await ask(child)
    dropping.cancel()
    await asyncio.wait([dropping])


async def test_a_killed_child_is_mended(child: ChromaProcess) -> None:
    before = children()
    await child.serve(units())
    for each in children() - before:
        os.kill(int(each), 9)
    with pytest.raises(NearestError):
        await ask(child)
    await child.serve(units())
    assert await ask(child) == FIRST_FIVE


async def test_a_question_while_the_index_is_made_fails_at_once(child: ChromaProcess, tmp_path: Path) -> None:
    behave(tmp_path, "hang")
    making = asyncio.create_task(child.serve(units()))
    await until_asked(tmp_path)
    started = time.monotonic()
    with pytest.raises(NearestError):
        await ask(child)
    assert time.monotonic() - started < 0.1
    making.cancel()
    await asyncio.wait([making])


async def test_cancelling_ends_the_child(child: ChromaProcess, tmp_path: Path) -> None:
    before = children()
    behave(tmp_path, "hang")
    making = asyncio.create_task(child.serve(units()))
    await until_asked(tmp_path)
    assert children() > before
    making.cancel()
    await asyncio.wait([making])
    await child.close()
    assert children() == before


async def test_after_cancelling_the_next_units_are_served(child: ChromaProcess, tmp_path: Path) -> None:
    behave(tmp_path, "hang")
    making = asyncio.create_task(child.serve(units()))
    await until_asked(tmp_path)
    making.cancel()
    await asyncio.wait([making])
    behave(tmp_path, "")
    await child.serve(units(seed=5))
    assert await ask(child) == FIRST_FIVE


async def until_asked(folder: Path) -> None:
    async with asyncio.timeout(5):
        while not (folder / "index" / "asked").exists():  # noqa: ASYNC110  # another process makes it
            await asyncio.sleep(0.005)
