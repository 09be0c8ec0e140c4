"""What is done in conversations besides asking: a barrier is raised, a lead pulls the digest, the home card is opened.

All three are for one person alone: in front of others a line says that it was written to them. What is cited against a
barrier, and under a digest's figures, is of documents that this person may see; what stands in a digest of somebody's
barrier is what they let leads read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.coaching.answers.gaps import PassingOn
from bot.coaching.barriers.offering import Offering
from bot.coaching.barriers.raising import Raising
from bot.coaching.barriers.raising_cards import LOG
from bot.coaching.barriers.remedying import Remedying
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.commands import HOME
from bot.coaching.digests.digesting import DIGEST, Digesting
from bot.coaching.digests.insight_gathering import InsightGathering
from bot.coaching.directly import Act, Directly
from bot.coaching.home.card import Home
from bot.coaching.questions.bank import reflection_questions
from bot.coaching.slips import Slips
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser
from bot.domain.counting import last_week
from bot.domain.disclosure import Cell, Measure, Snapshot, bands
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, OrganisationId, PartnerId, PartnershipId
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.drafts import Drafts
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.preferences import OwnSettings
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from knowledge.library import Library
from knowledge.remedies import Encode, Remedies
from knowledge.remedies_known import Known, Remedy, phrases_of, sentence_digest
from knowledge.remedies_likeness import phrases
from knowledge.triage.phrases import factor_names
from prompts import Words
from tests.fake_embedder import AS_IT_IS, DIMENSIONS
from tests.fakes import NOON, counted
from tests.isolation.talks import leads_of
from tests.isolation.world import Document, Person, Scene

HARBOUR = PartnershipId("harbour")
#: The barriers of others in an installation, and how many of those that are raised in talks are kept beside them.
BARRIERS, KEPT = 40, 20
CONSENTS = tuple(Consent)


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who wrote of a barrier, and what of it they let be read."""

    consent: Consent
    organisation: str | None
    raiser: str = ""


@dataclass
class Log:
    """The partnership's barriers by the marks in their wordings, and who leads; the rule in its own words."""

    leads: frozenset[str]
    told: dict[str, Told] = field(default_factory=dict)

    def may_see(self, mark: str, scene: Scene) -> bool:
        """Whether everybody in a scene may read what was written of a barrier."""
        told = self.told.get(mark)
        return told is not None and scene.told and all(self._may_see(told, each) for each in scene.present)

    def _may_see(self, told: Told, person: Person) -> bool:
        if told.raiser == person.identity.key:
            return True
        own = told.consent is Consent.OWN_LEADS and person.organisation == told.organisation
        return person.identity.key in self.leads and (own or told.consent is Consent.NAMED)


async def log_of(database: Database, crowd: Sequence[Person], shelf: Sequence[Document]) -> Log:
    """A log that people of the leads' organisations filled, with every consent; and a week whose figures prove that two
    organisations see trust differently, so that a digest says what helped elsewhere."""
    leads = leads_of(crowd, shelf)
    log = Log(leads=frozenset(each.identity.key for each in leads))
    made: list[tuple[None, Barrier]] = []
    for number in range(BARRIERS):
        organisation = leads[number % len(leads)].organisation
        consent = CONSENTS[number // len(leads) % len(CONSENTS)]
        log.told[mark := f"zb{number:05}"] = Told(consent=consent, organisation=organisation)
        part = Raiser(
            partner=PartnerId(f"raiser-{number}"),
            organisation=OrganisationId(organisation or ""),
            wording=f"Nobody tells us of {mark} in time.",
            at=NOON,
            origin=BarrierId(f"barrier-{number}"),
            consent=consent,
            name=f"Raiser {number}",
        )
        made.append((None, rules.raised(HARBOUR, part, "trust", f"change-{number}")))
    await Barriers(database).save(*made, now=NOON)
    await Snapshots(database).keep(HARBOUR, _disputed(leads), ())
    return log


def _disputed(leads: Sequence[Person]) -> Snapshot:
    one, other = list(dict.fromkeys(OrganisationId(each.organisation or "") for each in leads))[:2]
    few, some = bands(5, 2)[:2]
    views = {
        (one, Measure.WELL): some,
        (one, Measure.HARD): few,
        (other, Measure.WELL): few,
        (other, Measure.HARD): some,
    }
    shown = {
        Cell(window=13, measure=measure, factor="trust", organisation=organisation): band
        for (organisation, measure), band in views.items()
    }
    return Snapshot(week=last_week(NOON, "UTC"), k=5, m=2, shown=shown)


def known_of(shelf: Sequence[Document], encode: Encode, words: Words) -> Known:
    """A remedy in every other document that is not for everybody, against what that document is about and what a
    digest seeks; the rest nobody has read for remedies."""
    sought = words("digest.perceptions.sought", factor=factor_names("en")["trust"])
    few = [each for each in shelf if not {PUBLIC, WHOLE_PARTNERSHIP} & set(each.audience)]
    said = {each: f"{each.about} always as {each.mark} has shown." for each in few[::2]}
    remedies = tuple(
        Remedy(first=digest, last=digest, factors=("trust",), against=(each.about, sought))
        for each, text in said.items()
        for digest in [sentence_digest(text)]
    )
    told, pairs = phrases_of(remedies)
    return Known(
        embedder="fake:1",
        remedies=remedies,
        situations=phrases(encode([[each] for each in told]), AS_IT_IS),
        elsewhere=phrases((), AS_IT_IS),
        pairs=np.array(pairs, np.int64),
        said=np.concatenate(
            [
                np.zeros((0, DIMENSIONS), np.float32),
                *(each.vectors for each in encode([[each] for each in said.values()])),
            ]
        ),
        helping=np.append(np.zeros(DIMENSIONS, np.float32), np.float32(1)),
    )


def acts(
    database: Database, library: Library, shelf: Sequence[Document], encode: Encode, words: Words
) -> Mapping[str, Act]:
    """What answers the form of a barrier, and the buttons of the digest and of the home card."""
    known, barriers, homes = known_of(shelf, encode, words), Barriers(database), Homes(database)
    remedies = Remedies(library=library, encode=encode, load=lambda: known)
    remedying = Remedying(
        library=remedies,
        likeness=_Alike(),
        barriers=barriers.all,
        bank=reflection_questions(),
        words=words,
        passing_on=PassingOn(gaps=Gaps(database), slips=Slips(secret=b"s" * 32), words=words),
    )
    raising = Raising(
        saving=BarrierSaving(barriers=barriers),
        drafts=Drafts(database),
        homes=homes,
        words=words,
        new_id=counted("raised-"),
        offering=Offering(barriers=barriers),
        remedies=remedying,
    )
    replies = ToldReplies(database)
    gathering = InsightGathering(
        replies=replies.since,
        partners=replies.partners,
        bank=reflection_questions(),
        words=words,
        practices=remedies,
    )
    digesting = Digesting(
        barriers=barriers, snapshots=Snapshots(database), gaps=Gaps(database), words=words, gathering=gathering
    )
    home = Home(check_ins=CheckIns(database), barriers=barriers, own=OwnSettings(database), words=words)
    done: dict[str, Act] = {LOG: raising.actions[LOG], DIGEST: digesting, HOME: home.commands[HOME]}
    return Directly(homes=homes, words=words).all(done)


class _Alike:
    """Finds no barrier like another: resolved ones are other suites' matter."""

    async def offers(self, _text: str, _log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        return ()
