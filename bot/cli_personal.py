"""The commands by which whoever runs the coach hands over, or erases, what is kept of a person who asks for it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_leads import Read, Run

_WHO = "Whose: an id, a verified e-mail address, or an account such as slack:T012AB3C4:U012A3CDE."
_OUT = "The file to write; none: standard output."


def add_personal_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach export` and `coach erase`."""
    _export(app, run, settings)
    _erase(app, run, settings)


def _export(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("export")
    def export(
        *,
        partner: Annotated[str, typer.Option(help=_WHO)],
        form: Annotated[str, typer.Option("--format", help="json or html.")] = "json",
        out: Annotated[Path | None, typer.Option(help=_OUT)] = None,
    ) -> None:
        """Write everything that is kept of one person, for that person alone."""
        from bot.commands import personal

        run(personal.export(settings(), partner, form, out))


def _erase(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("erase")
    def erase(
        *,
        partner: Annotated[str, typer.Option(help=_WHO)],
        yes: Annotated[bool, typer.Option("--yes", help="Don't ask before.")] = False,
    ) -> None:
        """Erase everything that is kept of one person; it cannot be undone."""
        from bot.commands import personal

        run(personal.erase(settings(), partner, go_on=lambda: yes or typer.confirm("Erase it all?", err=True)))
