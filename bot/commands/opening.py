"""How a command comes by the library: it opens it, or asks the server that has it open."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.bootstrap import open_coach
from bot.desks.library import Desk, in_words
from bot.domain.errors import AlreadyRunning
from bot.settings import Settings

_STAGES = {"read": "Reading documents", "embed": "Indexing passages"}


class ProgressBar:
    """A progress bar on standard error, where that is a terminal, that appears when there is something to show."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, disable=not console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come."""
        if not self._tasks:
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = int(self._bar.add_task(_STAGES.get(stage, stage), total=total))
        self._bar.update(self._tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Take the bar down."""
        if self._tasks:
            self._bar.stop()
            self._tasks.clear()


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """This process's own desk with its index in step, or the desk of the server that holds the data directory."""
    bar = ProgressBar()
    try:
        async with AsyncExitStack() as stack:
            with in_words():
                coach = await stack.enter_async_context(open_coach(settings, bar))
                await coach.library.refresh(bar)
            bar.stop()
            yield coach.desk
            return
    except AlreadyRunning:
        pass
    finally:
        bar.stop()
    # Most commands open the library themselves, and none of them should wait for aiohttp to be imported.
    from bot.local_socket import RemoteDesk

    async with RemoteDesk(settings.data_dir) as desk:
        yield desk
