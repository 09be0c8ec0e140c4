"""Puts together what somebody meets first and finds again: onboarding, home, help; for leads the set-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, new_id, now
from bot.coaching.commands import HELP, HOME
from bot.coaching.directly import Act, Directly
from bot.coaching.home.card import DO, HOME_OPENED, Home
from bot.coaching.home.onboarding import OPENED, Onboarding
from bot.coaching.home.setting_up import SettingUp
from bot.coaching.home.suggesting import Covered, Suggesting
from bot.coaching.settings import agreeing
from bot.coaching.settings.agreeing import Agreeing
from bot.documents_page import documents_of
from bot.store.agreements import Agreements
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.first_contact import FirstContact
from bot.store.homes import Homes
from bot.store.people import People
from bot.store.preferences import OwnSettings
from knowledge.answering import Answerer
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class SetupDesk:
    """What the front door needs to know of it; `welcome` adds what somebody is told once."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]
    welcome: Onboarding


def setup_desk(coach: Coach, others: Mapping[str, Act]) -> SetupDesk:
    """For chat platforms. `others` are the acts of the other desks by their commands."""
    words, database = coach.words, coach.database
    homes, documents = Homes(database), documents_of(coach)
    setting_up = SettingUp(documents=documents, words=words, others=frozenset(others))
    people = People(database, new_id)
    agreements = Agreeing(agreements=Agreements(database), people=people, homes=homes, words=words)
    directly = Directly(homes=homes, words=words)
    by_lead = directly.all({**setting_up.commands, **documents.commands})
    home = Home(
        check_ins=CheckIns(database),
        barriers=Barriers(database),
        own=OwnSettings(database),
        words=words,
        others={**others, **by_lead},
    )
    welcome = Onboarding(first=FirstContact(database), words=words, clock=now, greets=greets(words))
    return SetupDesk(
        actions={
            **directly.all({**setting_up.actions, **documents.actions, **agreements.actions}),
            HOME_OPENED: home.home_card,
            DO: home.do,
            OPENED: welcome.opened,
        },
        commands={**by_lead, **directly.all({HOME: home.home_card}), HELP: home.help},
        chosen=agreeing.CHOICES,
        welcome=welcome,
    )


def suggesting_of(coach: Coach) -> Suggesting:
    """What is suggested to somebody who opens their chat with the coach."""
    database = coach.database

    def generation() -> int:
        snapshot = coach.library.snapshot
        return 0 if snapshot is None else snapshot.shelf.generation

    return Suggesting(
        people=People(database, new_id),
        plans=coach.partnerships.all,
        check_ins=CheckIns(database),
        barriers=Barriers(database),
        own=OwnSettings(database),
        # Without a model: what is looked for is whether there is anything, and nobody reads how it is put.
        covered=Covered(answerer=Answerer(coach.library), generation=generation, words=coach.words),
        words=coach.words,
        clock=now,
    )


def greets(words: Words) -> Callable[[str], bool]:
    """Whether somebody only says hello, or asks what the coach can do."""
    calls = {call for text in words.in_every_language("help.calls") for call in text.split(", ")}
    return lambda text: text.strip().lower().rstrip("!?. ") in calls
