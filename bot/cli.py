"""The command line: names the commands and their options; `bot.commands` does the work."""

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli_barriers import add_barrier_commands
from bot.cli_keeping import add_keeping_commands
from bot.cli_leads import add_lead_commands
from bot.cli_personal import add_personal_commands
from bot.cli_planning import add_planning_commands
from bot.cli_questions import add_question_commands
from bot.domain.errors import CoachError

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Partnership Coach: cited answers from a partnership's own library.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
library = typer.Typer(help="The documents that answers come from.", no_args_is_help=True)
partnership = typer.Typer(help="Who works together, and how.", no_args_is_help=True)
app.add_typer(library, name="library")
app.add_typer(partnership, name="partnership")
slack = typer.Typer(help="Setting up Slack.", no_args_is_help=True)
teams = typer.Typer(help="Setting up Microsoft Teams.", no_args_is_help=True)
lead = typer.Typer(help="What the leads of a partnership need.", no_args_is_help=True)
app.add_typer(slack, name="slack")
app.add_typer(teams, name="teams")
app.add_typer(lead, name="lead")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Files = Annotated[list[Path], typer.Argument(help="Files: .txt .md .html .pdf .docx")]


By = Literal["kind", "document"]
_COMPARE = "Measure another configuration beside it; may be given several times. “all” measures every one."
_BATCH = 'A file of lines like {"id","question"}; - is input. Exit status 1 when a line of it could not be answered.'


def _run(work: Coroutine[Any, Any, bool | None]) -> None:
    _keep_what_was_imported()
    if asyncio.run(work) is False:
        raise typer.Exit(1)


def _keep_what_was_imported() -> None:
    """Look for rubbish again, but never among what stays to the end anyway: that alone takes half a second."""
    gc.freeze()
    gc.enable()


def _settings() -> "Settings":
    from bot import logs
    from bot.settings import from_environment

    settings = from_environment()
    logs.set_up(settings.log_level)
    return settings


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")] = "",
    *,
    batch: Annotated[Path | None, typer.Option(help=_BATCH)] = None,
    json: Json = False,
    partnership: Annotated[str, typer.Option(help="Only what this partnership's members may see.")] = "",
    organisation: Annotated[str, typer.Option("--as", help="Only what this organisation may see.")] = "",
) -> None:
    """Ask a question and get a cited answer."""
    from bot.commands import asking
    from bot.desks.library import View

    view = View(partnership=partnership, organisation=organisation)
    if batch is not None:
        _run(asking.ask_batch(_settings(), batch, view))
    elif question:
        _run(asking.ask_one(_settings(), question, view, as_json=json))
    else:
        raise CoachError("There is no question. Write it in quotation marks after `coach ask`, or use --batch FILE.")


@app.command()
def triage(
    text: Annotated[str, typer.Argument(help="A message.")] = "",
    *,
    batch: Annotated[Path | None, typer.Option(help='A file of lines like {"id","text"}; - is input.')] = None,
    evaluate: Annotated[Path | None, typer.Option(help="Messages with known labels: print figures only.")] = None,
    json: Json = False,
) -> None:
    """Say what a message seems to be, and which factors it is about."""
    from bot.commands import triaging

    if evaluate is not None:
        _run(triaging.evaluate(_settings(), evaluate, as_json=json))
    elif batch is not None:
        _run(triaging.triage_batch(_settings(), batch, as_json=json))
    elif text:
        _run(triaging.triage_one(_settings(), text, as_json=json))
    else:
        raise CoachError("There is no message. Write it in quotation marks after `coach triage`, or use --batch FILE.")


@app.command()
def serve() -> None:
    """Start the server; with no partnership applied, the demo on this machine."""
    from bot.commands import serving

    _run(serving.serve(_settings()))


@app.command()
def doctor(*, json: Json = False) -> None:
    """Say what is configured, what is missing, and what to do."""
    from bot.commands import doctoring

    _run(doctoring.doctor(_settings(), as_json=json))


@app.command()
def evaluate(
    cases: Annotated[Path, typer.Argument(help="Questions with their evidence.")],
    *,
    compare: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_COMPARE)] = None,
    by: Annotated[By | None, typer.Option(help="Show each kind of question, or each document, by itself.")] = None,
    json: Json = False,
) -> None:
    """Measure how well questions with known evidence are answered."""
    from bot.commands import evaluating

    _run(evaluating.evaluate(_settings(), cases, compare=compare or (), by=by, as_json=json))


@library.command("add")
def library_add(
    files: Files,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of added files of the same name.")] = False,
    json: Json = False,
) -> None:
    """Add documents to the library."""
    from bot.commands import shelving

    _run(shelving.add(_settings(), files, replace=replace, as_json=json))


@library.command("list")
def library_list(*, json: Json = False) -> None:
    """List the documents, and the files that could not be read."""
    from bot.commands import shelving

    _run(shelving.show(_settings(), as_json=json))


@library.command("remove")
def library_remove(
    file: Annotated[str, typer.Argument(help="A file name from the list.")], *, json: Json = False
) -> None:
    """Take a document out of the library."""
    from bot.commands import shelving

    _run(shelving.remove(_settings(), file, as_json=json))


@library.command("check")
def library_check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files to try; none: index the library.")] = None,
    *,
    json: Json = False,
) -> None:
    """Say whether files can be read; without files, bring the index in step with the library."""
    from bot.commands import shelving

    _run(shelving.check(_settings(), files or [], as_json=json))


@library.command("annotate")
def library_annotate(
    document: Annotated[str, typer.Argument(help="A file name from the list; none: every document.")] = "",
    *,
    model: Annotated[str, typer.Option(help="The model, where not COACH_MODEL: provider:name.")] = "",
    price_in: Annotated[float | None, typer.Option(min=0, help="What a million tokens cost that it reads.")] = None,
    price_out: Annotated[float | None, typer.Option(min=0, help="What a million tokens cost that it writes.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before it starts.")] = False,
    json: Json = False,
) -> None:
    """Have a model write reading notes for passages that have none."""
    from bot.commands import annotating

    settings = _settings()
    if model:
        settings = settings.model_copy(update={"model": model})
    _keep_what_was_imported()
    prices = annotating.Prices(tokens_in=price_in, tokens_out=price_out)
    done = annotating.run(
        settings, document, prices=prices, go_on=lambda: yes or typer.confirm("Go on?", err=True), as_json=json
    )
    if not done:
        raise typer.Exit(1)


@partnership.command("apply")
def partnership_apply(
    file: Annotated[Path, typer.Argument(help="A partnership.yaml.")],
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also over what leads have set in chat.")] = False,
) -> None:
    """Apply a partnership file and show what it changes."""
    from bot.commands import partnering

    _run(partnering.apply(_settings(), file, overwrite=overwrite))


@partnership.command("new")
def partnership_new(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    lead: Annotated[str, typer.Option(help="The e-mail address of whoever leads it.")],
    zone: Annotated[str, typer.Option(help="Its time zone.")] = "Europe/London",
) -> None:
    """Begin a partnership; its lead does the rest in chat."""
    from bot.commands import beginning

    _run(beginning.new(_settings(), name, lead, zone))


@partnership.command("remove")
def partnership_remove(
    name: Annotated[str, typer.Argument(help="Its id or name, as `show` prints it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before.")] = False,
) -> None:
    """Forget a partnership; the documents stay."""
    from bot.commands import partnering

    def go_on(named: str) -> bool:
        return yes or typer.confirm(f"Remove {named}? Its partners are answered no more.", err=True)

    _run(partnering.remove(_settings(), name, go_on=go_on))


@partnership.command("show")
def partnership_show(*, json: Json = False) -> None:
    """Print the partnerships that were applied."""
    from bot.commands import partnering

    _run(partnering.show(_settings(), as_json=json))


@slack.command("manifest")
def slack_manifest(
    *, socket_mode: Annotated[bool, typer.Option("--socket-mode", help="Even where COACH_PUBLIC_URL is set.")] = False
) -> None:
    """Print the manifest to paste when creating the Slack app."""
    from bot.commands import chatting

    _run(chatting.slack_manifest(_settings(), socket_mode=socket_mode))


@teams.command("package")
def teams_package(file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("coach-teams.zip")) -> None:
    """Write the Teams app package."""
    from bot.commands import chatting

    _run(chatting.teams_package(_settings(), file))


@lead.command("invite")
def lead_invite(
    organisation: Annotated[str, typer.Argument(help="The organisation's id in the partnership file.")],
    *,
    partnership: Annotated[str, typer.Option(help="Which partnership, where there are several.")] = "",
    partner: Annotated[bool, typer.Option("--partner", help="Invite a partner instead of a lead.")] = False,
) -> None:
    """Print a one-time code that makes whoever types it to the coach a lead."""
    from bot.commands import chatting

    _run(chatting.invite(_settings(), partnership, organisation, lead=not partner))


add_lead_commands(app, _run, _settings)
add_personal_commands(app, _run, _settings)
add_barrier_commands(app, _run, _settings)
add_planning_commands(app, _run, _settings)
add_question_commands(app, _run, _settings)
add_keeping_commands(app, _run, _settings)


@slack.callback()
@teams.callback()
@lead.callback()
def _group() -> None:
    """Keeps a group of one command a group."""


def main() -> None:
    """The `coach` command: an error that we foresaw is one sentence and exit status 2."""
    # What the coach keeps, partners' words among it, is for the user who runs it only.
    os.umask(0o077)
    # Imports make no rubbish; `_run` turns this on again.
    gc.disable()
    try:
        app()
    except CoachError as error:
        sys.stderr.write(f"coach: {error}\n")
        sys.exit(2)
