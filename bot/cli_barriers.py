"""The commands about barriers and the digest of them."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_leads import Json, Partnership, Read, Run

_LOG = 'A file of lines like {"id","text"}, read as one open log; - is input. Exit status 1 when a line of it is bad.'
_STATUS = "open, acknowledged, in-progress, resolved or will-not-do."
_FORM = "md, html, csv (a RAID log for a spreadsheet), json or pdf (one page to print)."
_ASKED = "“4 weeks” or “quarter”, the name of an organisation, of a factor; none: the last week of everything."
_SHARE = "Others with a similar barrier may be told how it ended."
Lead = Annotated[str, typer.Option(metavar="EMAIL", help="As this lead sees it; without, what any lead may see.")]
Label = Annotated[str, typer.Argument(metavar="ID", help="A number from the list, such as B-014.")]


def add_barrier_commands(app: typer.Typer, run: Run, settings: Read) -> None:
    """Give the command line `coach barriers`, `coach digest` and `coach similar`."""
    barriers = typer.Typer(help="What stands in the way, as leads may see it.", no_args_is_help=True)
    for add in (_list, _show, _set, _merge, _export):
        add(barriers, run, settings)
    app.add_typer(barriers, name="barriers")
    _digest(app, run, settings)
    _similar(app, run, settings)


def _similar(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("similar")
    def similar(*, batch: Annotated[Path, typer.Option(help=_LOG)], json: Json = False) -> None:
        """Say for each barrier of a log which others may be the same, told by somebody else."""
        from bot.commands import similar as command

        run(command.similar_batch(settings(), batch, as_json=json))


def _digest(app: typer.Typer, run: Run, settings: Read) -> None:
    @app.command("digest")
    def digest(
        asked: Annotated[list[str] | None, typer.Argument(help=_ASKED)] = None,
        *,
        partnership: Partnership = "",
        lead: Lead = "",
        form: Annotated[str, typer.Option("--format", help=_FORM)] = "md",
        out: Annotated[Path | None, typer.Option(help="The file to write; none: standard output.")] = None,
    ) -> None:
        """Print the digest that leads get in chat."""
        from bot.commands import digesting

        run(digesting.print_digest(settings(), partnership, lead, " ".join(asked or ()), form, out))


def _list(barriers: typer.Typer, run: Run, settings: Read) -> None:
    @barriers.command("list")
    def show_all(*, partnership: Partnership = "", lead: Lead = "", json: Json = False) -> None:
        """List the barriers."""
        from bot.commands import barring

        run(barring.show_all(settings(), partnership, lead, as_json=json))


def _show(barriers: typer.Typer, run: Run, settings: Read) -> None:
    @barriers.command("show")
    def show(label: Label, *, partnership: Partnership = "", lead: Lead = "", json: Json = False) -> None:
        """Print one barrier."""
        from bot.commands import barring

        run(barring.show(settings(), partnership, lead, label, as_json=json))


def _set(barriers: typer.Typer, run: Run, settings: Read) -> None:
    @barriers.command("set")
    def change(
        label: Label,
        *,
        status: Annotated[str | None, typer.Option(help=_STATUS)] = None,
        because: Annotated[str, typer.Option(help="Why it has this status; its raisers read it.")] = "",
        share: Annotated[bool, typer.Option("--share", help=_SHARE)] = False,
        owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="A lead; “” for nobody.")] = None,
        due: Annotated[str | None, typer.Option(metavar="DATE", help="Such as 2027-03-31; “” for no date.")] = None,
        factor: Annotated[str | None, typer.Option(help="What it is about.")] = None,
        partnership: Partnership = "",
        lead: Lead = "",
        json: Json = False,
    ) -> None:
        """Change the status, the owner, the date or the factor of a barrier; its raisers hear of a new status."""
        from bot.commands import barring

        wanted = barring.Wanted(status=status, because=because, share=share, owner=owner, due=due, factor=factor)
        run(barring.change(settings(), partnership, lead, label, wanted, as_json=json))


def _merge(barriers: typer.Typer, run: Run, settings: Read) -> None:
    @barriers.command("merge")
    def merge(
        into: Annotated[str, typer.Argument(metavar="ID", help="The barrier that stays.")],
        other: Annotated[str, typer.Argument(metavar="OTHER", help="The one that becomes part of it.")],
        *,
        undo: Annotated[bool, typer.Option("--undo", help="Take it out again.")] = False,
        partnership: Partnership = "",
        lead: Lead = "",
        json: Json = False,
    ) -> None:
        """Make one barrier part of another that says the same."""
        from bot.commands import barring

        run(barring.merge(settings(), partnership, lead, (into, other), undo=undo, as_json=json))


def _export(barriers: typer.Typer, run: Run, settings: Read) -> None:
    @barriers.command("export")
    def export(*, partnership: Partnership = "", lead: Lead = "", json: Json = False) -> None:
        """Print the barriers as a table for a spreadsheet."""
        from bot.commands import barring

        run(barring.export(settings(), partnership, lead, as_json=json))
