"""Puts together what is one's own: settings, privacy, taking out, erasing; and the rhythm, for leads."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.bootstrap import Coach
from bot.coaching.digests.links import DigestLinks
from bot.coaching.directly import Act, Directly
from bot.coaching.own_data.erasing import Erasing, PageOf
from bot.coaching.own_data.links import OwnLinks
from bot.coaching.own_data.privacy import Privacy
from bot.coaching.own_data.taking_out import Found, Questions, TakingOut
from bot.coaching.questions.partnership_bank import PartnershipBank
from bot.coaching.settings import cards as settings_cards
from bot.coaching.settings import rhythm as rhythm_setting
from bot.coaching.settings.preview import Preview
from bot.coaching.settings.rhythm import RhythmSetting
from bot.coaching.settings.settling import Settling
from bot.coaching.slips import Slips
from bot.desks.planner import addressing_of
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.questions import ReflectionQuestion
from bot.settings import Settings, secret
from bot.store.barriers import Barriers
from bot.store.chat_settings import ChatSettings
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.personal import Personal
from bot.store.personal_kinds import Person
from bot.store.preferences import OwnSettings
from bot.store.snapshots import Snapshots
from prompts import Words

Plans = Callable[[], Awaitable[Sequence[PartnershipPlan]]]


@dataclass(frozen=True, kw_only=True)
class SettingsDesk:
    """What the front door needs to know of one's own settings."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]


def settings_desk(
    coach: Coach, *evict: Callable[[], object], pages: Mapping[str, PageOf] = MappingProxyType({})
) -> SettingsDesk:
    """For chat platforms; `evict` empties what is held in memory of people, once somebody was erased.

    `pages` finds what a platform goes on showing them, by the platform.
    """
    words, database = coach.words, coach.database
    model = coach.settings.model
    settling = Settling(own=OwnSettings(database), check_ins=CheckIns(database), words=words)
    rhythm = RhythmSetting(settings=ChatSettings(database), applied=coach.partnerships.applied, words=words)
    preview = Preview(plans=coach.partnerships.all, addressing=addressing_of(database), words=words)
    privacy = Privacy(words=words, model="" if model == "none" else model)
    erasing = replace(erasing_of(coach, evict), pages=pages)
    cases = (settling, privacy, taking_out_of(coach), erasing, rhythm, preview)
    directly = Directly(homes=Homes(database), words=words)
    return SettingsDesk(
        actions=directly.all({name: act for case in cases for name, act in case.actions.items()}),
        commands=directly.all({name: act for case in cases for name, act in case.commands.items()}),
        chosen=settings_cards.CHOICES | rhythm_setting.CHOICES,
    )


def erasing_of(coach: Coach, evict: Sequence[Callable[[], object]] = ()) -> Erasing:
    """Erasing from this installation."""
    return replace(erasing_from(coach.database, secret(coach.settings), coach.words), evict=evict)


def erasing_from(database: Database, key: bytes, words: Words) -> Erasing:
    """Erasing from a database, where nothing is held in memory."""
    personal = Personal(database)
    return Erasing(
        find=found_by(personal, key),
        personal=personal,
        barriers=Barriers(database),
        snapshots=Snapshots(database),
        scrub=database.truncate_log,
        words=words,
    )


def taking_out_of(coach: Coach) -> TakingOut:
    """Taking out of this installation."""
    return taking_out_from(coach.database, coach.settings, coach.partnerships.all, coach.words)


def taking_out_from(database: Database, settings: Settings, plans: Plans, words: Words) -> TakingOut:
    """Taking out of a database."""
    personal, key = Personal(database), secret(settings)
    return TakingOut(
        find=found_by(personal, key),
        personal=personal,
        links=OwnLinks(signing=DigestLinks(secret=key, public_url=settings.public_url or "")),
        questions=_questions(PartnershipBank(folder=settings.data_dir / "questions"), plans),
        words=words,
    )


def found_by(personal: Personal, key: bytes) -> Found:
    """Finds somebody, with what they wrote without a name; `key` is the installation's secret."""
    slips = Slips(secret=key)

    async def find(partner: PartnerId) -> Sequence[Person]:
        known = await personal.known_as(partner)
        return [replace(each, authors=tuple(map(slips.author, each.identities))) for each in known]

    return find


def _questions(bank: PartnershipBank, plans: Plans) -> Questions:
    async def questions(partnership: PartnershipId) -> Mapping[str, ReflectionQuestion]:
        own = [each for each in await plans() if each.id == partnership]
        return await bank(own[0]) if own else {}

    return questions
