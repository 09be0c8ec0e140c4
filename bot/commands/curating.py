"""`coach curate`: what the leads say themselves to a question, in the library's place."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bootstrap import main_store, new_id, now
from bot.coaching.answers.curating import day, folded
from bot.commands.screen import screen
from bot.domain.curated import LONGEST_ANSWER, LONGEST_QUESTION, CuratedAnswer
from bot.domain.errors import CoachError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId
from bot.settings import Settings
from bot.store.curated import CuratedAnswers
from bot.store.partnerships import Partnerships
from prompts import words

_ID = 8


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A curated answer as it was typed; no `organisations` means the whole partnership."""

    question: str
    answer: str
    also: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


async def add(settings: Settings, partnership: str, drafted: Drafted) -> None:
    """Keep an answer that wins over the library's for its question and its paraphrases."""
    _checked(drafted)
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        organisations = tuple(_organisation(plan, each) for each in drafted.organisations)
        answers = CuratedAnswers(database)
        _new_here(drafted, organisations, await answers.all(plan.id))
        curated = CuratedAnswer(
            id=new_id()[:_ID],
            partnership=plan.id,
            question=drafted.question.strip(),
            answer=drafted.answer.strip(),
            at=now(),
            paraphrases=tuple(each.strip() for each in drafted.also),
            organisations=organisations,
        )
        await answers.add(curated)
    seen_by = ", ".join(organisations) or "the whole partnership"
    screen().print(f"{curated.id}: kept for {plan.name}, to be seen by {seen_by}.", markup=False)


async def show(settings: Settings, partnership: str, *, as_json: bool) -> None:
    """Print the curated answers of a partnership, newest first."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        curated = await CuratedAnswers(database).all(plan.id)
    if as_json:
        sys.stdout.write(json.dumps([_as_json(each) for each in curated], ensure_ascii=False, indent=2) + "\n")
        return
    console, copy = screen(), words(settings.locale)
    for each in curated:
        seen_by = f" (for {', '.join(each.organisations)})" if each.organisations else ""
        console.print(f"{each.id}, {day(each.at, plan.zone, copy)}{seen_by}", markup=False)
        console.print("\n".join(f"  {text}" for text in each.questions), markup=False)
        console.print(f"  → {each.answer}", end="\n\n", markup=False)
    if not curated:
        console.print("No curated answer yet: `coach curate add` adds one.")


async def remove(settings: Settings, partnership: str, curated: str) -> None:
    """Delete a curated answer; the library answers again."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        if not await CuratedAnswers(database).remove(plan.id, curated):
            raise CoachError(f"There is no curated answer “{curated}”. `coach curate list` shows what there is.")
    screen().print(f"{curated}: removed.", markup=False)


def _checked(drafted: Drafted) -> None:
    for text in (drafted.question, *drafted.also):
        if not folded(text) or len(text) > LONGEST_QUESTION:
            raise CoachError(f"A question or paraphrase needs words, {LONGEST_QUESTION} characters of them at most.")
    if not drafted.answer.strip() or len(drafted.answer) > LONGEST_ANSWER:
        raise CoachError(f"The answer needs words, {LONGEST_ANSWER:,} characters of them at most.")


def _organisation(plan: PartnershipPlan, name: str) -> OrganisationId:
    known = [item.id for item in plan.organisations]
    if name not in known:
        raise CoachError(f"“{name}” is not an organisation of {plan.name}. It has: {', '.join(known)}.")
    return OrganisationId(name)


def _new_here(drafted: Drafted, organisations: Sequence[str], known: Sequence[CuratedAnswer]) -> None:
    """Raise `CoachError` where the same people would get one of two answers to the same question."""
    wanted = {folded(text) for text in (drafted.question, *drafted.also)}
    for each in known:
        meets = not organisations or not each.organisations or set(organisations) & set(each.organisations)
        if meets and wanted & {folded(text) for text in each.questions}:
            raise CoachError(f"{each.id} answers that already. `coach curate remove {each.id}` takes it away.")


def _as_json(curated: CuratedAnswer) -> dict[str, object]:
    return {
        "id": curated.id,
        "question": curated.question,
        "also": list(curated.paraphrases),
        "answer": curated.answer,
        "organisations": list(curated.organisations),
        "at": curated.at.isoformat(),
    }
