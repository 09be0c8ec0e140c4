"""Puts safeguarding together for a running coach. Apart from `bot.bootstrap`: no command but the server needs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.bootstrap import Coach
from bot.coaching.safeguarding import Forget, Safeguarding, nothing_shown
from bot.help_lines_file import help_lines
from knowledge.embedding import WeightsError
from knowledge.minilm import MiniLM
from knowledge.triage.judging import Triage
from knowledge.triage.tokens import MiniLMTokens


def safeguarding(coach: Coach, forget: Forget = nothing_shown) -> Safeguarding:
    """The human route. Judging stays on this machine, also where another embedder is configured for searching.

    Raises `SettingError` where the help-lines cannot be read.
    """
    embedder = coach.embedder
    model = embedder if isinstance(embedder, MiniLM) else MiniLM(coach.settings.data_dir / "models")
    return Safeguarding(
        judge=Triage(MiniLMTokens(model)),
        lines=help_lines(coach.settings.help_lines),
        words=coach.words,
        forget=forget,
    )


@asynccontextmanager
async def warming(safeguard: Safeguarding) -> AsyncIterator[None]:
    """Load what judges messages while the server starts: otherwise everybody would wait half a second for the first."""

    async def judge_something() -> None:
        # Whoever is judged is told.
        with suppress(WeightsError):
            await safeguard.look("A word.")

    warm = asyncio.create_task(judge_something())
    try:
        yield
    finally:
        await warm
