"""The screen: what commands print for a person. Nothing that is printed can be taken for mark-up."""

from rich.console import Console


def screen(*, error: bool = False) -> Console:
    """Standard output, or standard error, without highlighting, mark-up, emoji codes and broken lines."""
    return Console(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=True)
