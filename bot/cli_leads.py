"""The commands for those who lead a partnership: their own answers, and what came back from the people who asked."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

#: Runs a command to its end, and reads the settings for one.
Run = Callable[[Coroutine[Any, Any, bool | None]], None]
Read = Callable[[], "Settings"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Partnership = Annotated[str, typer.Option(help="Which partnership, where there are several.")]


def add_lead_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach curate`, `coach gaps` and `coach feedback`."""
    app.add_typer(_curate(run, settings), name="curate")
    app.add_typer(_gaps(run, settings), name="gaps")
    app.add_typer(_feedback(run, settings), name="feedback")


def _curate(run: Run, settings: Read) -> typer.Typer:
    curate = typer.Typer(help="Answers of the leads that win over the library's.", no_args_is_help=True)

    @curate.command("add")
    def add(
        *,
        partnership: Partnership = "",
        question: Annotated[str, typer.Option(help="The question, as people ask it.")],
        answer: Annotated[str, typer.Option(help="What the leads answer; an empty line begins a paragraph.")],
        also: Annotated[list[str] | None, typer.Option(help="Another wording of it; may be repeated.")] = None,
        organisation: Annotated[
            list[str] | None, typer.Option("--for", help="An organisation that may see it; none: all. May be repeated.")
        ] = None,
    ) -> None:
        """Keep the leads' own answer to a question."""
        from bot.commands import curating

        drafted = curating.Drafted(
            question=question, answer=answer, also=tuple(also or ()), organisations=tuple(organisation or ())
        )
        run(curating.add(settings(), partnership, drafted))

    @curate.command("list")
    def show(*, partnership: Partnership = "", json: Json = False) -> None:
        """List the leads' own answers with the questions that they answer."""
        from bot.commands import curating

        run(curating.show(settings(), partnership, as_json=json))

    @curate.command("remove")
    def remove(
        curated: Annotated[str, typer.Argument(metavar="ID", help="An id from the list.")],
        *,
        partnership: Partnership = "",
    ) -> None:
        """Delete an answer of the leads; the library answers again."""
        from bot.commands import curating

        run(curating.remove(settings(), partnership, curated))

    return curate


def _gaps(run: Run, settings: Read) -> typer.Typer:
    gaps = typer.Typer(help="Questions that the library does not answer and that were passed on.", no_args_is_help=True)

    @gaps.command("list")
    def show(*, partnership: Partnership = "", json: Json = False) -> None:
        """List the questions that were passed on to the leads, with organisation and week."""
        from bot.commands import listening

        run(listening.gaps(settings(), partnership, as_json=json))

    @gaps.command("close")
    def close(
        gap: Annotated[str, typer.Argument(metavar="ID", help="An id from the list.")], *, partnership: Partnership = ""
    ) -> None:
        """Close a gap that was looked at; its question is forgotten."""
        from bot.commands import listening

        run(listening.close_gap(settings(), partnership, gap))

    return gaps


def _feedback(run: Run, settings: Read) -> typer.Typer:
    feedback = typer.Typer(help="What people said about answers.", no_args_is_help=True)

    @feedback.command("export")
    def export(*, partnership: Partnership = "", json: Json = False) -> None:
        """Print the feedback whose question may be seen; with --json, candidate cases for `coach evaluate`."""
        from bot.commands import listening

        run(listening.export_feedback(settings(), partnership, as_json=json))

    @feedback.callback()
    def group() -> None:
        """Keeps a group of one command a group."""

    return feedback
