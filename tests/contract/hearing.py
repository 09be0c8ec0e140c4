"""What a partner reads in an answer, whichever platform drew it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prompts import words

Json = Mapping[str, Any]
_CLOSING = words()("ask.closing", question="")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The sentences with their marks, `Trust grows. [1]`; and each quotation as its words and its source.

    The open question at the end is none of the sentences: it claims nothing, and each message gets one of its own.
    """

    sentences: tuple[str, ...]
    quotations: tuple[tuple[str, str], ...]

    @property
    def documents(self) -> set[str]:
        """The titles that are quoted."""
        return {source.split(" · ")[0].partition("] ")[2] for _, source in self.quotations}

    @property
    def cited(self) -> bool:
        """Whether every sentence names a quotation that is there, and the quotations are numbered from one."""
        numbers = [source.partition("]")[0] + "]" for _, source in self.quotations]
        marked = all(any(sentence.endswith(number) for number in numbers) for sentence in self.sentences)
        return marked and numbers == [f"[{number}]" for number in range(1, len(numbers) + 1)] != []


def in_slack(message: Json) -> Heard:
    """An answer in Block Kit: a quotation is a quote with its source in small print under it."""
    blocks: list[Json] = message["blocks"]
    quoted = [number for number, block in enumerate(blocks) if _kinds(block) == ["rich_text_quote"]]
    above = blocks[: quoted[0]] if quoted else blocks
    return Heard(
        sentences=_claims(_said(block) for block in above if block["type"] == "rich_text"),
        quotations=tuple((_said(blocks[number]), _said(blocks[number + 1])) for number in quoted),
    )


def in_teams(activity: Json) -> Heard:
    """An answer in an Adaptive Card: a quotation is a container of a heading, the words and the rest of the source."""
    body: list[Json] = activity["attachments"][0]["content"]["body"]
    texts = [each for each in body if each["type"] == "RichTextBlock"]
    quotations = [[_inline(item) for item in each["items"][:3]] for each in body if each["type"] == "Container"]
    return Heard(
        sentences=_claims(_inline(each) for each in texts if not _small(each)),
        quotations=tuple((words, f"{head} · {source}") for head, words, source in quotations),
    )


def in_context(activity: Json) -> str:
    """The beginning of the passage that is folded away under the first quotation in an Adaptive Card."""
    body: list[Json] = activity["attachments"][0]["content"]["body"]
    folded = next(item for each in body for item in each.get("items", []) if item.get("isVisible") is False)
    text: str = folded["items"][0]["inlines"][0]["text"]
    return text[:60]


def everything_said(value: object) -> str:
    """Every text in a message, to look for what must not be there."""
    return "\n".join(_strings(value))


def _claims(paragraphs: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in paragraphs if not each.startswith(_CLOSING))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _kinds(block: Json) -> list[str]:
    return [each["type"] for each in block.get("elements", [])]


def _said(block: Json) -> str:
    """The text of a rich text or a context block."""
    return _spaced("".join(_texts(block)))


def _texts(block: Json) -> Iterator[str]:
    if isinstance(block.get("text"), str):
        yield block["text"]
    for each in block.get("elements", []):
        yield from _texts(each)


def _inline(element: Json) -> str:
    return _spaced("".join(each["text"] for each in element["inlines"]))


def _spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _small(element: Json) -> bool:
    return all(each.get("size") == "Small" for each in element["inlines"])
