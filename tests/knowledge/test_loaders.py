"""Loaders: every kind of file is read, and whatever cannot be read is set aside with a reason."""

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from knowledge.documents import Kind, Role, Unit
from knowledge.loaders import Limits, Unreadable, load, load_all
from knowledge.loaders.child import parse
from knowledge.loaders.process import Reader
from knowledge.passages import cut

LIMITS = Limits()
PROSE = "The four parishes met each month in the old library and kept one list of what they owed."


def pdf(pages: list[list[str]], password: str = "") -> bytes:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=A4)
    for page in pages:
        for number, line in enumerate(page):
            sheet.drawString(72, 780 - 16 * number, line)
        sheet.showPage()
    sheet.save()
    if not password:
        return buffer.getvalue()
    writer = PdfWriter(PdfReader(buffer))
    writer.encrypt(password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def word_document() -> bytes:
    document = docx.Document()
    document.add_heading("River towns", 0)
    document.add_paragraph(PROSE)
    document.add_heading("Tolls", 1)
    document.add_paragraph("Lend barges.", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Arrow", "3"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def unreadable(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(path, limits)
    return caught.value.reason


def test_text_is_kept_unchanged_and_counted_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    path.write_bytes(b"\xef\xbb\xbf" + f"Introduction\r\n\r\n{PROSE}\r\n\r\nEndnotes\r\n\r\n1. A book.".encode())
    loaded = load(path, limits=LIMITS)
    assert loaded.text == f"Introduction\n\n{PROSE}\n\nEndnotes\n\n1. A book."
    assert (loaded.unit, loaded.blocks[1].start, loaded.blocks[-1].role) == (Unit.LINE, 3, Role.NOTES)


def test_one_child_reads_several_files_and_a_failure_sets_only_itself_aside(tmp_path: Path) -> None:
    names = ("a.txt", "b.exe", "c.txt", "d.txt", "e.md")
    contents = (PROSE.encode(), b"words", os.urandom(4000), b"", f"# Tolls\n\n{PROSE}".encode())
    for name, content in zip(names, contents, strict=True):
        (tmp_path / name).write_bytes(content)
    found = {path.name: loaded for path, loaded in load_all([tmp_path / name for name in names], limits=LIMITS)}
    reasons = {name: loaded.reason for name, loaded in found.items() if isinstance(loaded, Unreadable)}
    assert list(found) == list(names)
    assert set(reasons) == {"b.exe", "c.txt", "d.txt"}
    assert "cannot be read" in reasons["b.exe"]
    assert "not a text file" in reasons["c.txt"]
    assert "empty" in reasons["d.txt"]


def test_a_file_that_takes_too_long_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    path.write_text(PROSE)
    with pytest.raises(Unreadable, match="took too long"):
        load(path, limits=replace(LIMITS, wall_seconds=0.001))


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    path.write_text(PROSE)
    with Reader(LIMITS) as reader:
        assert "loaded" in reader.read(path)
        assert reader.process is not None
        reader.process.kill()
        with pytest.raises(Unreadable, match="made its reader fail"):
            reader.read(path)
        assert "loaded" in reader.read(path)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("Déjà".encode("cp1252") + b" vu, said the warden of the river.", "Déjà vu"),
        ("Déjà vu, said the warden of the river.".encode("utf-16"), "Déjà vu"),
        (b"words\x00 of the river wardens, and many more of them", "words of"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, wanted: str) -> None:
    path = tmp_path / "river.txt"
    path.write_bytes(data)
    assert wanted in parse(path, LIMITS).text


def test_files_that_are_too_large_or_no_files(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    path.write_text(PROSE * 50)
    with pytest.raises(Unreadable, match="larger than"):
        load(path, limits=replace(LIMITS, file_bytes=100))
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(Unreadable, match="not a file"):
        load(tmp_path / "pipe.txt", limits=LIMITS)
    with pytest.raises(Unreadable, match="cannot be opened"):
        load(tmp_path / "gone.txt", limits=LIMITS)


def test_markdown_preamble_and_comments_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "river.md"
    path.write_text(f"---\ntitle: x\n---\n# Tolls\n\n{PROSE}\n\n<!-- ignore\nthis -->\n\n```\ncode line\n```\n")
    loaded = parse(path, LIMITS)
    assert [(block.kind, block.start) for block in loaded.blocks] == [
        (Kind.HEADING, 4),
        (Kind.PARAGRAPH, 6),
        (Kind.PARAGRAPH, 12),
    ]
    assert "title: x" in loaded.text


def test_html_shows_what_a_reader_sees(tmp_path: Path) -> None:
    path = tmp_path / "river.html"
    path.write_text(
        f"""<html><head><title>River | Site</title><meta name="author" content="Ada Thorn"></head><body>
        <nav>Home About</nav><h1>River towns</h1><p>{PROSE}<!-- hidden one --><script>hidden()</script></p>
        <p style="display: none">hidden two</p><div aria-hidden="true">hidden three</div><p hidden>hidden four</p>
        <span style="font-size:0">hidden five</span>
        <h2>Ways</h2><ul><li>Lend <b>barges</b></li><li>Mend banks</li></ul>
        <blockquote><p>We lend because we must.</p></blockquote>
        <table><tr><th>Parish</th><th>Barges</th></tr><tr><td>Arrow</td><td>3</td></tr></table></body></html>"""
    )
    loaded = parse(path, LIMITS)
    assert "hidden" not in loaded.text
    assert "Home" not in loaded.text
    assert (loaded.guessed_title, loaded.guessed_author) == ("River towns", "Ada Thorn")
    assert [(block.kind, block.text) for block in loaded.blocks] == [
        (Kind.HEADING, "River towns"),
        (Kind.PARAGRAPH, PROSE),
        (Kind.HEADING, "Ways"),
        (Kind.LIST_ITEM, "Lend barges"),
        (Kind.LIST_ITEM, "Mend banks"),
        (Kind.QUOTE, "We lend because we must."),
        (Kind.TABLE, "Parish | Barges\nArrow | 3"),
    ]
    lines = loaded.text.split("\n")
    assert all(lines[block.start - 1 : block.end] == block.text.split("\n") for block in loaded.blocks)


def test_word_documents(tmp_path: Path) -> None:
    path = tmp_path / "river.docx"
    path.write_bytes(word_document())
    loaded = parse(path, LIMITS)
    assert [block.kind for block in loaded.blocks] == [
        Kind.HEADING,
        Kind.PARAGRAPH,
        Kind.HEADING,
        Kind.LIST_ITEM,
        Kind.TABLE,
    ]
    assert loaded.guessed_title == "River towns"


def test_word_documents_that_are_bombs_locked_or_hostile(tmp_path: Path) -> None:
    path = tmp_path / "river.docx"
    path.write_bytes(word_document())
    assert "unpacks to far more" in unreadable(path, replace(LIMITS, unpacked_bytes=1000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc">]><x/>'
        )
    assert "Word never writes" in unreadable(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "password" in unreadable(path)
    path.write_bytes(b"PK\x03\x04 broken")
    assert "damaged" in unreadable(path)


def test_pdf_has_pages_and_no_running_heads(tmp_path: Path) -> None:
    path = tmp_path / "river.pdf"
    pages = [
        [f"On page {page} line {line} the four parishes met once more in the old library" for line in range(5)]
        for page in range(3)
    ]
    pages[0].append("and they trusted the list more than any other paper that they")
    pages[1].insert(0, "had ever signed. That is how it began.")
    heads = [[f"River Trust report {number}"] for number in range(1, 4)]
    path.write_bytes(pdf([[*head, *page] for head, page in zip(heads, pages, strict=True)]))
    loaded = parse(path, LIMITS)
    assert loaded.unit is Unit.PAGE
    assert not any("River Trust report" in block.text for block in loaded.blocks)
    first = cut(loaded, file="river.pdf")[0]
    assert "any other paper that they had ever signed. That is how it began." in first.text
    assert first.start == 1
    assert max(block.end for block in loaded.blocks) == 3


def test_pdfs_that_are_locked_scanned_or_broken(tmp_path: Path) -> None:
    path = tmp_path / "river.pdf"
    path.write_bytes(pdf([[PROSE]], password="river"))
    assert "password" in unreadable(path)
    path.write_bytes(pdf([[], []]))
    assert "scan" in unreadable(path)
    path.write_bytes(b"%PDF-1.7 broken")
    assert "damaged" in unreadable(path)
    path.write_bytes(b"no pdf at all")
    assert "damaged" in unreadable(path)
