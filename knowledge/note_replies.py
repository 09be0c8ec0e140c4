"""What a model is asked when it is to write a reading note, and the only reply that becomes one.

The passage was written by strangers, and so, in effect, was the reply: the one is fenced, the other is checked. A note
is never shown to anybody, but it decides which passage is found: one that carries a link, an order or words that were
only copied is not kept.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template

from knowledge.documents import Note, Passage, Source
from knowledge.writing import MAX_BYTES, MAX_PASSAGE_CHARACTERS, Message, fenced
from prompts import prompt

#: A model is asked for this many questions; a note is kept when so few of them are good, and no more are read.
QUESTIONS = 16
_FEWEST, _MOST = 5, 24
_GIST_WORDS = range(5, 91)
_QUESTION_WORDS = range(3, 36)
_MAX_CHARACTERS = 600
_MAX_HEADING_CHARACTERS = 300
#: So many words in the passage's own order are a copy; fewer are a name or a turn of phrase.
_COPY_WORDS = 4
_REPLY = re.compile(r'\{\s*"(?:gist|questions)"\s*:')
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]")
#: Addresses, mentions, channels, images and tags.
_LIVE = re.compile(
    r"//|\bwww\.|\b(?:mailto|data|javascript):|\S@\S|(?<!\w)[@#]\w|<[!@#/a-z]|\]\(|!\["
    r"|\w\.(?:com|org|net|info|io|gov|uk|example)\b",
    re.IGNORECASE,
)
#: How an order to a model sounds that a passage smuggled into its note.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.?!]{0,40}\b(?:instructions?|prompts?|rules above|previous|earlier)\b"
    r"|\bsystem (?:prompt|message)\b|\bas an? (?:ai|language model)\b|\byou are now\b|\bBEGIN \S+ PASSAGE\b",
    re.IGNORECASE,
)
#: Control characters may stand in strings: models copy line breaks as they are.
_JSON = json.JSONDecoder(strict=False)


class NoteRefused(Exception):
    """What came back is no note that may be kept; the message says why, in a sentence without anybody's words.

    The model is told and asked once more; then the engineer is told, and the passage stays without a note.
    """


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A passage that is to be noted, and the document that it stands in."""

    passage: Passage
    source: Source


def messages(about: Noted, *, marker: str, problem: str = "") -> tuple[Message, Message]:
    """The rules and the passage; `problem` is what was wrong with the reply before.

    The passage stands between lines that carry `marker`, which its writer must not be able to guess: give a fresh
    random word each time. It cannot occur in what it fences.
    """
    if not marker:
        raise ValueError("A fence needs a marker.")
    fields = {
        "marker": marker,
        "count": QUESTIONS,
        "source": _heading(_named(about), marker),
        "section": _heading(" > ".join(about.passage.section), marker),
        "text": fenced(about.passage.text, marker, MAX_PASSAGE_CHARACTERS),
        "problem": problem,
    }
    system, human, again = (
        Template(prompt("annotate")[key]).substitute(fields) for key in ("system", "human", "again")
    )
    return Message(role="system", text=system), Message(role="human", text=f"{human}\n\n{again}" if problem else human)


def _named(about: Noted) -> str:
    year = str(about.source.year or "")
    return ", ".join(part for part in (about.source.author_at(about.passage.start), about.source.title, year) if part)


def _heading(text: str, marker: str) -> str:
    return fenced(" ".join(text.split()), marker, _MAX_HEADING_CHARACTERS)


def parse(reply: str, about: Noted, *, marker: str) -> Note:
    """What a model replied, as a note: `{"gist", "questions"}`, white space folded.

    Code fences, reasoning and chatter around the object are passed over, and keys nobody asked for are never read.
    A question that is copied, said before, too short or too long, or that holds a figure that is not in the passage is
    left out. Raises `NoteRefused` where too few are left, where the gist is unfit, and for anything live or ordering.
    """
    if len(reply) > MAX_BYTES:
        raise NoteRefused("The reply is too long.")
    found = _object(reply)
    gist, questions = _line(found.get("gist")), found.get("questions")
    if not isinstance(questions, list) or len(questions) > _MOST:
        raise NoteRefused(f"The questions are no list of {QUESTIONS}.")
    lines = [_line(each) for each in questions]
    if any(_smuggles(line, marker) for line in (gist, *lines)):
        raise NoteRefused("The note holds an address, a mention, mark-up or an order.")
    if len(gist.split()) not in _GIST_WORDS or not _fits(gist, about):
        raise NoteRefused("The gist is too short, too long, copied, or has a figure that the passage has not.")
    good: dict[str, str] = {}
    for line in lines:
        if len(line.split()) in _QUESTION_WORDS and _fits(line, about):
            good.setdefault(_words(line), line)
    if len(good) < _FEWEST:
        raise NoteRefused("Too few of the questions are short, different, not copied and only with its figures.")
    return Note(gist=gist, questions=tuple(good.values()))


def _object(reply: str) -> Mapping[str, object]:
    for start in _beginnings(reply):
        try:
            found, _ = _JSON.raw_decode(reply, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and "questions" in found:
            return found
    raise NoteRefused("The reply is not the JSON object that was asked for.")


def _beginnings(reply: str) -> Iterator[int]:
    """Where the object may begin: the last place that looks like it, as models think aloud first; the first brace."""
    yield from [found.start() for found in _REPLY.finditer(reply)][-1:]
    if "{" in reply:
        yield reply.index("{")


def _line(value: object) -> str:
    """Text on one line; raises `NoteRefused` for what is no text, or none that can be seen and kept."""
    if not isinstance(value, str) or len(value) > _MAX_CHARACTERS:
        raise NoteRefused("The gist or a question is missing, is no text or is too long.")
    line = " ".join(value.split())
    if not line or _UNSEEN.search(line):
        raise NoteRefused("The gist or a question is empty or has characters that cannot be seen.")
    return line


def _smuggles(line: str, marker: str) -> bool:
    return marker in line or bool(_LIVE.search(line) or _ORDER.search(line))


def _fits(line: str, about: Noted) -> bool:
    """Whether a line says it in words of its own and with no figure that the passage and its headings have not."""
    passage = about.passage
    known = " ".join([passage.text, *passage.section, _named(about)])
    if not set(re.findall(r"\d+", line)) <= set(re.findall(r"\d+", known)):
        return False
    words = _words(line)
    copied = len(words.split()) >= _COPY_WORDS and f" {words} " in f" {_words(passage.text)} "
    return bool(words) and not copied


def _words(text: str) -> str:
    """The bare words of a text."""
    return " ".join(re.findall(r"\w+", text.lower()))
