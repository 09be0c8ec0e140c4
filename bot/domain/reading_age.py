"""How hard English text is to read, as the school year that it asks for."""

import re

_SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]+")
#: An e that is not heard, as in "makes", "used", "safe" and "lately"; "table", "services" and "needed" keep theirs.
_SILENT = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e(?=$|ly$|ful$|ment$|thing$|body$)|[^aeiouscgxz]es$|[^aeioutdy]ed$")
#: Two vowels together that are two syllables, as in "area", "idea", "quiet" and "knowing".
_TWO = re.compile(r"ia(?!l)|iet|ea$|wing$|ying$|eing$|oing$")


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: 7 is read with ease at twelve or thirteen; no words are grade 0.

    Syllables are estimated from the spelling, so that one word more or less makes a difference of a grade in a short
    sentence. Source: Kincaid, Fishburne, Rogers and Chissom, 1975.
    """
    found = _WORD.findall(text)
    if not found:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    spoken = sum(syllables(word) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * spoken / len(found) - 15.59


def syllables(word: str) -> int:
    """About how many syllables an English word has; one at the least."""
    letters = word.lower().replace("’", "'").removesuffix("'s")
    groups = len(_VOWELS.findall(letters)) + len(_TWO.findall(letters))
    return max(1, groups - len(_SILENT.findall(letters)))
