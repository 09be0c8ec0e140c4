"""The command about the questions for reflection."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_leads import Json, Read, Run

_FILE = "A partnership's own questions, checked together with the coach's; none: the coach's alone."


def add_question_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach questions check`."""
    questions = typer.Typer(help="The questions that partners reflect on.", no_args_is_help=True)

    @questions.command("check")
    def check(file: Annotated[Path | None, typer.Argument(help=_FILE)] = None, *, json: Json = False) -> None:
        """Say what is wrong with the questions: length, reading age, sources, and two that ask the same."""
        from bot.commands import questioning

        run(questioning.check(settings(), file, as_json=json))

    @questions.callback()
    def group() -> None:
        """Keeps a group of one command a group."""

    app.add_typer(questions, name="questions")
