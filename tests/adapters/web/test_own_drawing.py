"""The page with everything of somebody speaks of what is kept, not of another page."""

import pytest

from adapters.web.digest_drawing import digest_drawing
from adapters.web.own_page import OwnDrawing
from prompts import words


@pytest.mark.parametrize("locale", ["en", "cy"])
def test_whoever_uses_a_keyboard_skips_to_what_is_kept(locale: str) -> None:
    spoken = words(locale)
    drawing = OwnDrawing(drawing=digest_drawing(spoken), words=spoken)
    for page in (drawing.gate(), drawing.page((), downloads=True), drawing.page((), downloads=False)):
        assert spoken("mine.export.skip") in page.replace("&#39;", "'")
        assert spoken("digest.page.skip") not in page.replace("&#39;", "'")
