"""The commands that look ahead: whose check-in is due at a moment, and what the coming weeks bring."""

from typing import Annotated

import typer

from bot.cli_leads import Json, Partnership, Read, Run

_AT = "A moment with its offset, such as 2026-03-29T08:00Z; none: now."
_FROM = "A day of the first week, such as 2026-12-21; none: today."


def add_planning_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach due` and `coach simulate`."""
    _due(app, run, settings)
    _simulate(app, run, settings)


def _due(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("due")
    def due(
        *, at: Annotated[str, typer.Option(help=_AT)] = "", partnership: Partnership = "", json: Json = False
    ) -> None:
        """Count the check-ins that are due at a moment, and those asked already; nothing is sent."""
        from bot.commands import planning

        run(planning.show_due(settings(), partnership, at, as_json=json))


def _simulate(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("simulate")
    def simulate(
        *,
        weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks.")] = 12,
        first: Annotated[str, typer.Option("--from", metavar="DATE", help=_FROM)] = "",
        partnership: Partnership = "",
        json: Json = False,
    ) -> None:
        """Show when check-ins go out in the coming weeks, to how many, which days they skip and why."""
        from bot.commands import planning

        run(planning.simulate(settings(), partnership, weeks, first, as_json=json))
