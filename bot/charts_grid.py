"""A map of what is known and what is not: unknown is hatched, so that nobody takes it for a good or an empty figure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The highest level, and the one from which a cell is so dark that its text is white.
_DARKEST, _DARK = 5, 3
_ROW_INCHES, _AROUND_INCHES = 0.27, 1.5
_HATCH = "////"
#: Names of columns that are longer than this, in characters, are turned where there are more columns than a few.
_SHORT, _FEW = 14, 4


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A row for each matter, a column for each organisation.

    `levels` are 0 for unknown and grow with the band; `texts` are what stands in the cells. Both are [rows, columns].
    `ladder` names the levels from 1 on, `unknown` the other.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    levels: tuple[tuple[int, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    ladder: tuple[str, ...]
    unknown: str


def draw_grid(grid: Grid, ink: str) -> "Figure":
    """The map with its key, in this colour of ink."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, _AROUND_INCHES + _ROW_INCHES * len(grid.rows)), layout="constrained")
    axes = figure.subplots()
    _cells(axes, grid, ink)
    _names(axes, grid, ink)
    _key(figure, grid, ink)
    return figure


def _cells(axes: "Axes", grid: Grid, ink: str) -> None:
    from matplotlib.patches import Rectangle

    # Cividis reads the same to the colour-blind; what is in a cell is written in it as well.
    levels = [[level or float("nan") for level in row] for row in grid.levels]
    axes.pcolormesh(levels, cmap="cividis_r", vmin=0, vmax=_DARKEST, edgecolors=ink, linewidth=0.2)
    for down, row in enumerate(grid.levels):
        for across, level in enumerate(row):
            if not level:
                hatched = Rectangle((across, down), 1, 1, fill=False, hatch=_HATCH, edgecolor=ink, linewidth=0.2)
                axes.add_patch(hatched)
                continue
            colour = "white" if level >= _DARK else "black"
            text = grid.texts[down][across]
            axes.text(across + 0.5, down + 0.5, text, ha="center", va="center", fontsize=8, color=colour)


def _names(axes: "Axes", grid: Grid, ink: str) -> None:
    turned = any(len(name) > _SHORT for name in grid.columns) and len(grid.columns) > _FEW
    middle = [number + 0.5 for number in range(len(grid.columns))]
    axes.set_xticks(middle, grid.columns, rotation=30 if turned else 0, ha="left" if turned else "center")
    axes.set_yticks([number + 0.5 for number in range(len(grid.rows))], grid.rows)
    axes.xaxis.tick_top()
    axes.set_xlim(0, len(grid.columns))
    axes.set_ylim(len(grid.rows), 0)
    axes.tick_params(colors=ink, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _key(figure: "Figure", grid: Grid, ink: str) -> None:
    import matplotlib as mpl
    from matplotlib.patches import Patch

    shades = mpl.colormaps["cividis_r"]
    swatches = [Patch(facecolor="none", edgecolor=ink, hatch=_HATCH, linewidth=0.4, label=grid.unknown)]
    swatches += [
        Patch(facecolor=shades(level / _DARKEST), edgecolor=ink, linewidth=0.4, label=name)
        for level, name in enumerate(grid.ladder, 1)
    ]
    figure.legend(
        handles=swatches, loc="outside lower left", ncols=len(swatches), frameon=False, labelcolor=ink, fontsize=8
    )
