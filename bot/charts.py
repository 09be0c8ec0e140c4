"""Charts of a digest, drawn by matplotlib in a process of its own: the server neither loads it nor waits for it.

`python -m bot.charts` reads a `Heat` or a `Grid` as JSON and writes the picture.
"""

import asyncio
import io
import json
import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from bot.charts_grid import Grid, draw_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Stands for the colour of the text around the picture, which is light on a dark page.
_INK = "#010203"
_PATIENCE_S = 30.0
_MOST_KEPT = 16
_ROW_INCHES = 0.25
_LINE = "#D55E00"
#: The highest level, and the one from which a cell is so dark that its text is white.
_DARKEST, _DARK = 5, 3


class ChartFailed(Exception):
    """The picture could not be drawn; whoever asked for it gets the table of the same numbers alone."""


@dataclass(frozen=True, kw_only=True)
class Heat:
    """A heat map: a row for each matter, a column for each week, and beside it the trend of the whole.

    `levels` are 0 for too few to say and grow with the band; `texts` are what stands in the cells. Both are
    [rows, columns]. `ladder` names the levels from 1 on.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    levels: tuple[tuple[int, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    total: tuple[int, ...]
    total_label: str
    ladder: tuple[str, ...]


Chart = Heat | Grid


async def draw(chart: Chart, form: str) -> bytes:
    """The picture as `svg`, in the colours of the text around it, or as `png` on white; raises `ChartFailed`."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.charts",
        form,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            picture, _ = await child.communicate(_written(chart).encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        raise ChartFailed("too slow") from None
    if child.returncode != 0 or not picture:
        raise ChartFailed(f"status {child.returncode}")
    return picture


class Charts:
    """Charts that are drawn once each, one after the other; the last few are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._turn = asyncio.Lock()

    async def __call__(self, chart: Chart, form: str) -> bytes:
        """`draw`, from memory where the same was drawn before."""
        wanted = (_written(chart), form)
        async with self._turn:
            if wanted not in self._kept:
                self._kept[wanted] = await draw(chart, form)
            self._kept.move_to_end(wanted)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
            return self._kept[wanted]


def picture(chart: Chart, form: str) -> bytes:
    """The same, drawn in this process."""
    import matplotlib as mpl

    mpl.use("Agg")
    # Text stays text, which a screen reader and a search find; the id of every part is the same each time.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "coach", "font.size": 9, "hatch.linewidth": 0.5})
    ink = _INK if form == "svg" else "black"
    figure = draw_grid(chart, ink) if isinstance(chart, Grid) else _heat_map(chart, ink)
    written = io.BytesIO()
    transparent = form == "svg"
    metadata = {"Date": None, "Creator": None} if form == "svg" else {}
    figure.savefig(written, format=form, transparent=transparent, metadata=metadata, dpi=150)
    return _for_a_page(written.getvalue(), type(chart).__name__) if form == "svg" else written.getvalue()


def _heat_map(heat: Heat, ink: str) -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 1.3 + _ROW_INCHES * len(heat.rows)), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=(0.9, max(2.0, _ROW_INCHES * len(heat.rows))), sharex=True)
    _trend(upper, heat, ink)
    _map(lower, heat, ink)
    return figure


def _for_a_page(drawn: bytes, prefix: str) -> bytes:
    """The picture as an element that a page may hold which allows no style of its own: `style` becomes attributes.

    Its ids begin with `prefix`: on a page with several pictures each is there once.
    """
    root = ElementTree.fromstring(drawn)  # noqa: S314 - written by matplotlib a moment ago
    for parent in list(root.iter()):
        for child in [each for each in parent if each.tag.partition("}")[2] in ("metadata", "style")]:
            parent.remove(child)
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
        for name, value in _properties(each.attrib.pop("style", "")):
            each.set(name, value)
        _unlink(each)
        _renamed(each, prefix)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.attrib |= {"xmlns": "http://www.w3.org/2000/svg", "stroke-linejoin": "round", "stroke-linecap": "butt"}
    return ElementTree.tostring(root).replace(_INK.encode(), b"currentColor")


def _properties(style: str) -> Iterator[tuple[str, str]]:
    """What a style says, one attribute at a time; a short form has none and is taken apart."""
    for one in style.split(";"):
        name, _, value = (part.strip() for part in one.partition(":"))
        if name == "font":
            yield "font-size", value.split()[0]
            yield "font-family", "sans-serif"
        elif name:
            yield name, value


def _unlink(element: ElementTree.Element) -> None:
    """Name what is used again as SVG 2 does, without another namespace."""
    for name in [each for each in element.attrib if each.endswith("}href")]:
        element.set("href", element.attrib.pop(name))


def _renamed(element: ElementTree.Element, prefix: str) -> None:
    """Give the element's id, and what it refers to, a prefix."""
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{prefix}-{value}")
        elif name == "href":
            element.set(name, value.replace("#", f"#{prefix}-", 1))
        elif value.startswith("url(#"):
            element.set(name, value.replace("url(#", f"url(#{prefix}-", 1))


def _trend(axes: "Axes", heat: Heat, ink: str) -> None:
    middle = [number + 0.5 for number in range(len(heat.columns))]
    axes.step(middle, [level or float("nan") for level in heat.total], where="mid", color=_LINE, linewidth=2)
    axes.plot(middle, [level or float("nan") for level in heat.total], "o", color=_LINE, markersize=4)
    axes.set_ylim(0.5, len(heat.ladder) + 0.5)
    axes.set_yticks(range(1, len(heat.ladder) + 1), heat.ladder)
    axes.grid(axis="y", color=ink, alpha=0.2, linewidth=0.5)
    axes.set_title(heat.total_label, loc="left", color=ink, fontsize=9)
    _in_ink(axes, ink)


def _map(axes: "Axes", heat: Heat, ink: str) -> None:
    # Cividis reads the same to the colour-blind; what is in a cell is written in it as well, and too few is left blank.
    levels = [[level or float("nan") for level in row] for row in heat.levels]
    axes.pcolormesh(levels, cmap="cividis_r", vmin=0, vmax=_DARKEST, edgecolors=ink, linewidth=0.2)
    axes.set_xticks([number + 0.5 for number in range(len(heat.columns))], heat.columns)
    axes.set_yticks([number + 0.5 for number in range(len(heat.rows))], heat.rows)
    axes.invert_yaxis()
    for down, row in enumerate(heat.texts):
        for across, text in enumerate(row):
            colour = "white" if heat.levels[down][across] >= _DARK else "black"
            axes.text(across + 0.5, down + 0.5, text, ha="center", va="center", fontsize=7, color=colour)
    _in_ink(axes, ink)


def _in_ink(axes: "Axes", ink: str) -> None:
    axes.tick_params(colors=ink, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def main() -> None:
    """Read a chart and write its picture."""
    kind, given = json.load(sys.stdin)
    fields: dict[str, Any] = {name: _frozen(value) for name, value in given.items()}
    chart = Grid(**fields) if kind == Grid.__name__ else Heat(**fields)
    sys.stdout.buffer.write(picture(chart, sys.argv[1]))


def _written(chart: Chart) -> str:
    return json.dumps([type(chart).__name__, asdict(chart)])


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    main()
