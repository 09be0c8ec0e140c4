"""Word documents, by way of the HTML that mammoth makes of their styles."""

import io
import re
import zipfile
import zlib

import mammoth

from knowledge.documents import Loaded
from knowledge.loaders.html import load_markup
from knowledge.loaders.outcome import Limits, Unreadable

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_CHUNK = 2**16
_MOST_PARTS = 10_000
_CORRUPT = "The Word document is damaged. Open it in Word, save it again and add it again."
_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Quote'] => blockquote:fresh",
        "p[style-name='Intense Quote'] => blockquote:fresh",
    )
)


def load(data: bytes, limits: Limits) -> Loaded:
    """Load a .docx. Bombs, entities and passwords are refused before the document is parsed."""
    if data.startswith(_OLD_FORMAT):
        raise Unreadable(
            "The document has a password or is in the old .doc format. "
            "Save it as .docx without a password and add it again."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, limits)
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _image: {"src": ""})
        )
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError) as problem:
        raise Unreadable(_CORRUPT) from problem
    return load_markup(f"<html><body>{result.value}</body></html>")


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse an archive that unpacks to more than it may, by what it declares and by what it really holds."""
    parts = archive.infolist()
    declared = sum(part.file_size for part in parts)
    if declared > limits.unpacked_bytes or len(parts) > _MOST_PARTS:
        raise Unreadable("The Word document unpacks to far more than a document should hold. It was not opened.")
    actual = 0
    for part in parts:
        with archive.open(part) as stream:
            head = b""
            while chunk := stream.read(_CHUNK):
                actual += len(chunk)
                head = head or chunk
                if actual > limits.unpacked_bytes:
                    raise Unreadable("The Word document unpacks to far more than it says. It was not opened.")
        if part.filename.endswith((".xml", ".rels")) and _DECLARATION.search(head):
            raise Unreadable("The Word document has declarations that Word never writes. It was not opened.")
