"""`coach ask`: one question for a person, or a batch of them for a program."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.commands.lines import items, print_line
from bot.commands.opening import open_desk
from bot.commands.screen import screen
from bot.desks.library import Desk, View
from bot.domain.errors import CoachError, ServerUnreachable
from bot.settings import Settings
from knowledge.folding import readable

_LONGEST_SENT = 1_000_000
_EXPECTED = 'Each line must be like {"id": "1", "question": "How do we build trust?"}.'


async def ask_one(settings: Settings, question: str, view: View, *, as_json: bool) -> None:
    """Answer one question on standard output."""
    # Bytes that are no text come from the shell as lone surrogates, which nothing after this can write.
    asked = question.encode(errors="replace").decode()
    async with open_desk(settings) as desk:
        answer = await desk.ask(asked, view)
    if as_json:
        print_line({"id": None, **answer})
    else:
        _show(answer)


async def ask_batch(settings: Settings, path: Path, view: View) -> bool:
    """Answer each line of a file, in order, one JSON line each; a bad line gets a line that says why.

    True when no line was bad.
    """
    lines, bad = items(path, "question", _EXPECTED), 0
    async with open_desk(settings) as desk:
        async for answer in _answers(desk, lines, view):
            print_line(answer)
            bad += "error" in answer
    return not bad


async def _answers(
    desk: Desk, lines: Iterator[tuple[int, Mapping[str, Any]]], view: View
) -> AsyncIterator[dict[str, Any]]:
    for number, item in lines:
        if "error" in item:
            yield {"line": number, **item}
        else:
            yield {"id": item["id"], **await _answer(desk, item["question"], view, number)}


async def _answer(desk: Desk, question: str, view: View, number: int) -> Mapping[str, Any]:
    try:
        # Longer is not a question, and is answered as too long however much of it arrives.
        return await desk.ask(question[:_LONGEST_SENT], view)
    except ServerUnreachable:
        raise
    except CoachError as error:
        return {"line": number, "error": str(error)}


def _show(answer: Mapping[str, Any]) -> None:
    console = screen()
    console.print()
    if not answer["answered"] or not answer["citations"]:
        console.print(answer["text"])
        return
    for sentence in answer["sentences"]:
        marks = "".join(f"[{number}]" for number in sentence["citations"])
        console.print(f"{sentence['text']} {marks}", end="\n\n")
    for citation in answer["citations"]:
        console.print(_source(citation), style="dim")
        quoted = readable(citation["quote"])
        if quoted not in {sentence["text"] for sentence in answer["sentences"]}:
            console.print(f"    “{quoted}”", style="dim")


def _source(citation: Mapping[str, Any]) -> str:
    unit = "line" if "start_line" in citation else "page"
    named = ", ".join(str(part) for part in (citation["author"], citation["year"]) if part)
    section = f" · {citation['section']}" if citation["section"] else ""
    place = f"{citation['document']}, {unit} {citation[f'start_{unit}']}"
    return f"[{citation['n']}] {named}{': ' if named else ''}{citation['title']}{section} ({place})"
