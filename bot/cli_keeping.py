"""The commands for whoever runs the coach: a backup, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_leads import Read, Run


def add_keeping_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach backup` and `coach restore`."""

    @app.command()
    def backup(file: Annotated[Path, typer.Argument(help="A new file, such as coach-monday.zip")]) -> None:
        """Write everything that is kept to one file; the server may be running."""
        from bot.commands import keeping

        run(keeping.backup(settings(), file))

    @app.command()
    def restore(
        file: Annotated[Path, typer.Argument(help="A file that `coach backup` wrote.")],
        *,
        replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of what is there.")] = False,
    ) -> None:
        """Bring everything back from a backup; stop the server first."""
        from bot.commands import keeping

        run(keeping.restore(settings(), file, replace=replace))
