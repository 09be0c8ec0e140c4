"""Quotations: nothing is cited that is not found, word for word, in the stored text of its document."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from knowledge.answers import Citation, Draft, Hit, Quote, Sentence
from knowledge.claims import Ground, fold_once, in_lower_case
from knowledge.documents import Passage, Unit
from knowledge.folding import Folded, fold, line_of
from knowledge.shelf import Volume

#: A quotation is at most this long, so that it stays a quotation and a person can check it at a glance.
MAX_QUOTE_WORDS = 60
_MIN_QUOTE_WORDS = 4
MAX_CITATIONS = 5
#: Longer drafts are nobody's honest sentence, and folding them would take a while.
_MAX_CHARACTERS = 1_500
#: So much of a document, in characters, is enough to tell an ordinary word from a name.
_READ_FOR_WORDS = 1_000_000
_PAGE_BREAK = "\f"
_SPACE = re.compile(r"\s+")

#: A cut before this would leave half a word or number: `can|'t`, `10|,000`, `2.|5`.
_JOINED = re.compile(r"(?<=\w)\w|(?<=\w')\w|(?<=\w)'\w|(?<=\d[.,])\d|(?<=\d)[.,]\d")
#: The same in the text as stored, where a hyphen still differs from a dash: `non-|negotiable`.
_HYPHENATED = re.compile(r"(?<=\w[-‐‑])\w|(?<=\w)[-‐‑]\w")

#: What some client could turn into a link, a mention, an image or an emoji. Sentences that hold it are dropped.
_LIVE = re.compile(
    r"""
      //|\\\\|::|www\.                                          # addresses
    | \b[a-z][a-z0-9+.-]+:(?=[^\s"'“”‘’(–—-])                   # mailto:x, data:x, localhost:80
    | [^\s.…"'”’)\]][.。][^\W\d_]{2}                            # evil.example, whatever its letters
    | (?<!\d)\d{1,3}(?:\.\d{1,3}){3}                            # 203.0.113.9
    | <(?![\s\d=])(?!$) | @(?=\S) | (?<!\w)\#[^\W\d]            # <!channel>, <at>, @here, #general
    | \][(\[:] | !\[                                            # [a](b), [a][b], [a]: b, ![a]
    | (?<!\w):[\w+-]+:(?!\w)                                    # :emoji:
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: Characters without a look of their own that are not in the control categories; text can be hidden in them.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: Emphasis, code and strike-through, as Markdown and mrkdwn write them.
_MARKUP = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")
#: Marks of references, as models put them after sentences: `[2]`, `[1, 3]`, `【4†source】`. The coach puts its own.
_REFERENCE = re.compile(r"\s*(?:\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\](?![(\[:])|【[^】]*】)")
_LIST_MARK = re.compile(r"\A(?:[-–—•>#+]+\s+)+")


class Quotable:
    """The stored text of a document, in which quotations are looked up by place."""

    def __init__(self, volume: Volume) -> None:
        self._text = volume.text
        self._break = _PAGE_BREAK if volume.unit is Unit.PAGE else "\n"

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer(re.escape(self._break), self._text))]

    def find(self, quotation: str, passage: Passage) -> Quote | None:
        """The verbatim words of a quotation within a passage's lines or pages, or None when they are not there.

        Words and numbers are found whole: `10,000` does not hold `000`, nor `can't` `can`.
        """
        wanted = fold(quotation).text if len(quotation) <= _MAX_CHARACTERS else ""
        if not _MIN_QUOTE_WORDS <= len(wanted.split()) <= MAX_QUOTE_WORDS:
            return None
        begin, close = self._slice(passage)
        raw = self._text[begin:close]
        folded = fold_once(raw)
        low, high = _within(folded.text, passage)
        at = _find_whole(raw, folded, wanted, low, high)
        if at is None:
            return None
        first, last = folded.span(at, at + len(wanted))
        return Quote(
            text=_SPACE.sub(" ", raw[first:last]).strip(),
            start=line_of(self._starts, begin + first),
            end=line_of(self._starts, begin + last - 1),
            before=_shown(raw, folded, low, at),
            after=_shown(raw, folded, at + len(wanted), high),
        )

    def uses(self, word: str) -> bool:
        """Whether the document has a word, or another form of it, in lower case, so far as it is read for that."""
        return in_lower_case(word, self._text[:_READ_FOR_WORDS])

    def _slice(self, passage: Passage) -> tuple[int, int]:
        starts = [*self._starts, len(self._text)]
        return starts[min(passage.start, len(starts)) - 1], starts[min(passage.end, len(starts) - 1)]


def _within(folded: str, passage: Passage) -> tuple[int, int]:
    """Where the passage stands in its folded lines or pages: all of them where its words are not in one run."""
    own = fold_once(passage.text).text
    at = folded.find(own)
    return (at, at + len(own)) if own and at >= 0 else (0, len(folded))


def _find_whole(raw: str, folded: Folded, wanted: str, low: int, high: int) -> int | None:
    """Where `wanted` first stands in the folded text from `low` to `high` with no word or number cut in two."""
    at = folded.text.find(wanted, low, high)
    while at >= 0:
        close = at + len(wanted)
        cuts = (_JOINED, folded.text, at, close), (_HYPHENATED, raw, *folded.span(at, close))
        if not any(joined.match(text, first) or joined.match(text, last) for joined, text, first, last in cuts):
            return at
        at = folded.text.find(wanted, at + 1, high)
    return None


def _shown(raw: str, folded: Folded, low: int, high: int) -> str:
    """Part of a folded text as a person reads it; the same as `readable`, without folding again."""
    pairs = zip(folded.text[low:high], folded.origins[low:high], strict=True)
    return "".join(" " if character == " " else raw[origin] for character, origin in pairs).strip()


def verify(
    drafts: Iterable[Draft], hits: Sequence[Hit], volumes: Mapping[str, Quotable]
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Keep the sentences whose quotation stands in the passage they name, and number their citations.

    A sentence is dropped when its quotation is not found or was used before, when it says again what another
    said, when it holds a number, a name or quoted words that its passage does not, or anything that a chat client
    could turn into a link, a mention or an image. Mark-up, invisible characters and reference marks are taken out of
    the sentences that stay.
    """
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for text, hit, quote in _borne_out(drafts, hits, volumes):
        if any(quote.text == known.quote.text for known in citations) or any(text == each.text for each in sentences):
            continue
        citations.append(Citation(n=len(citations) + 1, passage=hit.passage, source=hit.source, quote=quote))
        sentences.append(Sentence(text=text, citations=(len(citations),)))
        if len(citations) == MAX_CITATIONS:
            break
    return tuple(sentences), tuple(citations)


def _borne_out(
    drafts: Iterable[Draft], hits: Sequence[Hit], volumes: Mapping[str, Quotable]
) -> Iterator[tuple[str, Hit, Quote]]:
    for draft in drafts:
        hit = hits[draft.hit] if 0 <= draft.hit < len(hits) else None
        text = _plain(draft.text)
        if hit is None or not text or hit.passage.file not in volumes:
            continue
        volume = volumes[hit.passage.file]
        quote = volume.find(draft.quotation, hit.passage)
        if quote is not None and Ground.of(hit).bears(text, volume.uses):
            yield text, hit, quote


def _plain(text: str) -> str:
    """A sentence as it may be shown, on one line and without mark-up; empty when it may not be shown."""
    if len(text) > _MAX_CHARACTERS:
        return ""
    visible = _UNSEEN.sub("", "".join(" " if each.isspace() else each for each in text if _seen(each)))
    bare = _LIST_MARK.sub("", _SPACE.sub(" ", _MARKUP.sub("", _REFERENCE.sub("", visible))).strip())
    safe = not _live(visible) and not _live(bare) and any(each.isalpha() for each in bare)
    return bare if safe else ""


def _seen(character: str) -> bool:
    """False for control, format, private-use, surrogate and unassigned characters, but for white space."""
    return character.isspace() or not unicodedata.category(character).startswith("C")


def _live(text: str) -> bool:
    """Whether a client could bring part of a text to life, as it stands or once its characters are normalised."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_LIVE.search(form) for form in (text, plain, html.unescape(plain)))
