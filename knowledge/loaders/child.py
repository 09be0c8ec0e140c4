"""The child process that parses files, one request a line.

It reads nothing but the file it is told to, writes no files, opens no connections and starts no processes: an audit
hook refuses. Its time and memory are limited by the kernel. What it says goes through a pipe as JSON.
"""

import contextlib
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge.documents import Loaded
from knowledge.loaders import docx, html, markdown, pdf, text
from knowledge.loaders.outcome import Limits, Unreadable

_CORRUPT = "The file is damaged or not what its name says. Open it, save it again and add it again."
_MEMORY = "The file needed too much memory to read. Split it into smaller files and add those."
_DEEP = "The file is nested too deeply to be a document. It was not read."
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "ctypes.",
    "urllib.",
    "ftplib.",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def parse(path: Path, limits: Limits) -> Loaded:
    """Parse one file in this process, by the ending of its name. Raises `Unreadable`."""
    data = path.read_bytes()
    ending = path.suffix.lower()
    if ending in {".html", ".htm"}:
        loaded = html.load(data)
    elif ending == ".md":
        loaded = markdown.load(data)
    elif ending == ".pdf":
        loaded = pdf.load(data, limits)
    elif ending == ".docx":
        loaded = docx.load(data, limits)
    else:
        loaded = text.load(data)
    if len(loaded.text) > limits.characters:
        raise Unreadable("The file holds more text than one document may. Split it and add the parts.")
    return loaded


def main() -> None:
    """Answer requests until there are no more. Called by `knowledge.loaders.process` in a fresh interpreter."""
    limits = Limits(**json.loads(sys.stdin.readline()))
    answers = sys.stdout
    sys.stdout = sys.stderr
    _confine(limits)
    for request in sys.stdin:
        _allow_processor_time(limits)
        answers.write(json.dumps(_answer(Path(json.loads(request)), limits)) + "\n")
        answers.flush()


def _answer(path: Path, limits: Limits) -> dict[str, Any]:
    try:
        return {"loaded": _storable(asdict(parse(path, limits)))}
    except Unreadable as problem:
        return {"unreadable": problem.reason}
    except MemoryError:
        return {"unreadable": _MEMORY}
    except RecursionError:
        return {"unreadable": _DEEP}
    except Exception as problem:  # a parser may fail in any way on a hostile file; the parent is told which
        return {"unreadable": _CORRUPT, "kind": type(problem).__name__}


def _storable(value: Any) -> Any:
    """The same without what no database keeps: lone surrogates and NUL, which hostile fonts can spell."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", " ")
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def _confine(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):  # a limit that this system does not know, or sets lower already
            resource.setrlimit(kind, (most, most))
    sys.addaudithook(_refuse)


def _allow_processor_time(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
        raise PermissionError(event)
