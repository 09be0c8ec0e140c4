"""No text that a partner reads stands in the code: it would be read in English whatever language they chose."""

from pathlib import Path

import pytest

import adapters
import bot
from tests.shown_literals import TOLD_TO_OTHERS, found_in

HOUSE = Path(bot.__path__[0])
FILES = sorted(
    path
    for folder in (HOUSE / "coaching", HOUSE / "domain", HOUSE / "delivery", Path(adapters.__path__[0]))
    for path in folder.rglob("*.py")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_that_is_read_is_written_in_the_code(path: Path) -> None:
    told_to_others = any(path.match(name) for name in TOLD_TO_OTHERS)
    assert found_in(path.read_text(encoding="utf-8"), sentences=not told_to_others) == []


def test_what_is_told_to_others_is_still_there() -> None:
    assert [name for name in TOLD_TO_OTHERS if not any(path.match(name) for path in FILES)] == []


@pytest.mark.parametrize(
    "planted",
    [
        'Card(title="Hello")',
        'Card(paragraphs=(Paragraph(text="Hello"),))',
        'Card(items=("Hello", words("a.b")))',
        'Card(note=words("a.b") + " and more")',
        'Card(note=words("a.b") or "Nothing")',
        'Paragraph(text=f"{name} says")',
        'Paragraph(text="Hello" if new else words("a.b"))',
        'Paragraph(text=" ".join(["Hello", name]))',
        'Button(label="Press", action="press", value="pressed")',
        'Field(id="name", label=words("a.b"), choices=(("yes", "Yes"),))',
        'Fact(name=words("a.b"), value="Nobody")',
        'Link(label="Open", url="https://coach.example")',
        'Image(url="https://coach.example", alt="A chart")',
        'Form(id="form", submit="Send", fields=())',
        'cards.Card(title="Hello")',
        'message = {"type": "section", "text": "Hello"}',
        'message = {"text": {"type": "plain_text", "text": "Hello"}}',
        'def greet():\n    text = "Hello"\n    return Paragraph(text=text)',
        'def greet():\n    one, other = "Hello", 2\n    return Paragraph(text=one)',
        'HELLO = "Hello"\n\ndef greet():\n    return Paragraph(text=HELLO)',
        'SAID = {True: "Hello", False: "Bye"}\n\ndef greet(new):\n    return Paragraph(text=SAID[new])',
        'def greet():\n    return say("This is said to somebody")',
        'SAID = ["Nobody has said a word"]',
    ],
)
def test_a_planted_text_is_found(planted: str) -> None:
    assert found_in(planted)


@pytest.mark.parametrize(
    "clean",
    [
        'Card(title=words("help.title"))',
        'Paragraph(text=words(f"handling.status.{name}"))',
        'Paragraph(text=words("help.text" if new else "help.note"))',
        'Paragraph(text=f"{label}: {status}")',
        'Button(label=words("gap.offer"), action="pass-on", value="pressed")',
        'Field(id="view", label=label, choices=(("yes", words("a.b")),), initial="yes")',
        'def greet():\n    """This says what the function does."""\n    return Card()',
        '_log.error("this could not be done today", key=key)',
        'raise ValueError("this is told to nobody here")',
        'pattern = re.compile("one two three four five")',
    ],
)
def test_what_is_no_text_is_let_be(clean: str) -> None:
    assert found_in(clean) == []
