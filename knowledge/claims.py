"""Claims: what a sentence says beyond its quotation. Its figures, its names and the words it puts between quotation
marks must all stand in the passage that it rests on, or in what is known of where that passage comes from."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.answers import Hit
from knowledge.folding import Folded, fold

_UNITS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15}
_TEENS |= {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_COUNTS = {"zero": 0} | _TEENS | _TENS | _UNITS
_SIZES = {"k": "thousand", "m": "million", "bn": "billion", "per cent": "%", "percent": "%", "halves": "half"}
#: Figures, counts in words and what changes their size. "One", "first" and "second" have too many other uses.
_FIGURE = re.compile(
    rf"(?P<thousands>\d{{1,3}}(?:,\d{{3}})+(?![\d,])(?:\.\d+)?)|\d+(?:[.,]\d+)*|[£$€%]"
    rf"|\b(?P<tens>{'|'.join(_TENS)})[-‐‑–\s](?P<unit>one|{'|'.join(_UNITS)})\b"
    rf"|\b(?P<count>{'|'.join(_COUNTS)})s?\b"
    r"|(?:(?<=\d)|(?<=\d\s))(?P<short>k|m|bn)\b"
    r"|\b(?P<size>per ?cent|half|halves|third|quarter|twice|hundred|thousand|million|billion|double|treble|triple)"
    r"(?=[sd]?\b)"
)

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
#: What may stand between two words of one name.
_WITHIN_NAME = re.compile(r"[ -]| (?:&|de(?: la)?|van(?: der)?|von|le) ")
#: What a sentence, or one inside it, begins after.
_BEGINNING = re.compile(r"(?:\A|[.!?:…][\"')\]]*\s|[\"(\[]|\s'|\s[-–—]\s)\W*\Z")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_QUOTED = re.compile(r"(?<!\w)'(?=\S)(.+?)'(?!\w)")
#: Quotation marks that `fold` leaves as they are.
_MORE_MARKS = str.maketrans(dict.fromkeys("‹›「」『』《》〈〉〝〞〟❝❞❛❜⹂＂", '"'))
#: With these a sentence may begin whatever its passage says.
_OPENERS = frozenset(
    _WORD.findall(
        """
        a about above according across after afterwards again against all almost along already also although always
        among an and another any anyone anything are around as ask at avoid be because been before begin behind being
        below besides better between beyond both bring build but by can changing check choose come consider could decide
        despite did do does doing done during each earlier either else enough even every everybody everyone everything
        except expect few finally find finding first for from further get getting give giving go going good had has have
        having he hence her here his how however i if in inside instead into is it its just keep keeping last lasting
        later least less let like likewise look looking make making many may maybe meanwhile meet might more moreover
        most much must my name near neither never next no nobody none nor not nothing now of often on once one only open
        or other others otherwise our out outside over partner partners partnership partnerships people perhaps plan put
        putting quite rarely rather read remember same say second see seldom set several shall share she should show
        since so some somebody someone something sometimes soon start starting still such take taking talk talking tell
        than that the their them then there therefore these they think third this those though through throughout thus
        to today together too toward towards treat try trying two under unless until up upon use using usually very was
        we well were what whatever when whenever where wherever whether which whichever while who whoever whose why will
        with within without work working would yes yet you your
        """
    )
)
_ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "ly", "s", "e", "y")
#: A shorter stem may have lost what tells it from a name: James from jam.
_SHORTEST_STEM = {"s": 3}


@dataclass(frozen=True)
class Ground:
    """What a sentence may claim: the words of a passage, and of the headings, title and people over it."""

    words: str
    headings: str

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, hit: Hit) -> "Ground":
        """The ground of a passage that was retrieved."""
        source = hit.source
        about = (*hit.passage.section, source.title, source.author_at(hit.passage.start), source.author)
        return cls(hit.passage.text, "\n".join([*about, source.publisher, str(source.year)]))

    def bears(self, text: str, uses: Callable[[str], bool]) -> bool:
        """Whether every figure, name and quoted word of a sentence stands here.

        `uses` tells of a word whether the document has it, or a form of it, in lower case: a sentence may then begin
        with it, for it is no name.
        """
        if not figures(text) <= self._figures:
            return False
        # What the passage itself says claims nothing more.
        if fold(text).text in self._folded:
            return True
        return all(self._says(words) for words in _quoted(text)) and all(
            self._names(name)
            for name in _names(_regular(text), lambda word: in_lower_case(word, self._cased) or uses(word))
        )

    @cached_property
    def _figures(self) -> set[str]:
        return figures(f"{self.words}\n{self.headings}")

    @cached_property
    def _folded(self) -> str:
        return f"{fold_once(self.words).text}\n{fold_once(self.headings).text}"

    @cached_property
    def _cased(self) -> str:
        return _regular(self.words)

    @cached_property
    def _uncased(self) -> str:
        return _regular(self.headings).casefold()

    def _says(self, words: str) -> bool:
        return _stands(words, self._folded)

    def _names(self, name: str) -> bool:
        forms = [name, name.upper(), *([name[:-1]] if name.endswith("s") else [])]
        return any(_stands(form, self._cased) or _stands(form.casefold(), self._uncased) for form in forms)


@lru_cache(maxsize=128)
def fold_once(text: str) -> Folded:
    """`fold`, remembered: an answer draws several times on the same passages, and folding one takes a millisecond."""
    return fold(text)


def figures(text: str) -> set[str]:
    """The quantities of a text, each in one spelling: `10,000` and `10000`, `three` and `3`, `10m` and `10 million`."""
    found = {character for character in text if unicodedata.category(character) in {"No", "Nl"}}
    for figure in _FIGURE.finditer(text.lower()):
        if figure["thousands"]:
            found.add(figure[0].replace(",", ""))
        elif figure["tens"]:
            found.add(str(_TENS[figure["tens"]] + _UNITS.get(figure["unit"], 1)))
        elif figure["count"]:
            found.add(str(_COUNTS[figure["count"]]))
        else:
            word = figure["short"] or figure["size"] or figure[0]
            found.add(_SIZES.get(word, word))
    return found


def in_lower_case(word: str, text: str) -> bool:
    """Whether a text has a word, or another form of it, in lower case: it is then no name."""
    low = word.casefold()
    ending = next(
        (each for each in _ENDINGS if low.endswith(each) and len(low) - len(each) >= _SHORTEST_STEM.get(each, 4)), ""
    )
    stem = re.escape(low.removesuffix(ending))
    return re.search(rf"(?<![\w'’.-]){stem}(?:{'|'.join(_ENDINGS)}|d|er|ers|ing)?(?![\w'’])", text) is not None


def _quoted(text: str) -> Iterator[str]:
    """What stands between quotation marks, folded; an open mark quotes the rest."""
    folded = fold(unicodedata.normalize("NFKC", text.translate(_MORE_MARKS))).text.replace("''", '"')
    for words in (*folded.split('"')[1::2], *_QUOTED.findall(folded)):
        bare = words.strip(" .,;:!?…-()'\"")
        if bare:
            yield bare


def _regular(text: str) -> str:
    """A text whose names can be compared: one kind of space, apostrophe and hyphen, and no dots in initials."""
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("‘’‚‛′‐‑“”„‟«»", '\'\'\'\'\'--""""""'))
    return " ".join(_DOTTED.sub(lambda found: found[0].replace(".", ""), plain).split())


def _names(text: str, ordinary: Callable[[str], bool]) -> Iterator[str]:
    """The names in a text: every word with a capital that no sentence begins with, and those beside it as one name.

    A word that a sentence begins with is one unless it is `ordinary`.
    """
    runs: list[list[re.Match[str]]] = []
    for word in _WORD.finditer(text):
        if not _capital(word[0]) or _opens(text, word, ordinary):
            continue
        if runs and _WITHIN_NAME.fullmatch(text, runs[-1][-1].end(), word.start()):
            runs[-1].append(word)
        else:
            runs.append([word])
    yield from (re.sub(r"'s?\Z", "", text[run[0].start() : run[-1].end()]) for run in runs)


def _capital(word: str) -> bool:
    """Whether a word looks like a name: a capital in it, or letters of a script without capitals; "I" does not."""
    own = word.partition("'")[0] if word.startswith("I'") else word
    return len(own) > 1 and any(unicodedata.category(each) in {"Lu", "Lt", "Lo"} for each in own)


def _opens(text: str, word: re.Match[str], ordinary: Callable[[str], bool]) -> bool:
    """Whether a word has its capital for beginning a sentence."""
    stem = word[0].partition("'")[0]
    if not word[0][1:].islower() or not _BEGINNING.search(text, 0, word.start()):
        return False
    return stem.casefold() in _OPENERS or word[0].endswith("n't") or ordinary(stem)


def _stands(words: str, text: str) -> bool:
    """Whether words stand in a text with none cut in two."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
