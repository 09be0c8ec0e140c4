"""Puts the weekly planner together: for the rounds, and for what partners ask of their own check-in."""

from bot.bootstrap import Coach, crash_point, new_id
from bot.coaching.check_ins.addressing import Addressing
from bot.coaching.check_ins.asked_for import AskedFor
from bot.coaching.check_ins.evidence import CheckInEvidence, FactorOf
from bot.coaching.check_ins.inviting import Inviting
from bot.coaching.check_ins.open_days import DaysOff
from bot.coaching.check_ins.reminding import Reminding
from bot.coaching.questions.partnership_bank import PartnershipBank
from bot.delivery.bank_holidays import BankHolidays
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.everywhere import Everywhere
from bot.store.hearing import Hearing
from bot.store.homes import Homes
from bot.store.members import Members
from bot.store.preferences import OwnSettings
from knowledge.minilm import MiniLM
from knowledge.triage.judging import Triage
from knowledge.triage.tokens import MiniLMTokens


def addressing_of(database: Database) -> Addressing:
    """Whom the partnerships of a database may write to."""
    return Addressing(
        members=Members(database),
        homes=Homes(database),
        own=OwnSettings(database),
        days_off=DaysOff(holidays=BankHolidays()),
    )


def bank_of(coach: Coach) -> PartnershipBank:
    """The questions, with those of partnerships from the folder `questions` beside the data."""
    return PartnershipBank(folder=coach.settings.data_dir / "questions")


def inviting_of(coach: Coach) -> Inviting:
    """The weekly invitations."""
    return Inviting(
        plans=coach.partnerships.all,
        addressing=addressing_of(coach.database),
        everywhere=Everywhere(coach.database),
        check_ins=CheckIns(coach.database, crash_point(coach.settings)),
        barriers=Barriers(coach.database),
        evidence=_evidence(coach),
        bank=bank_of(coach),
        words=coach.words,
        new_id=new_id,
    )


def reminding_of(coach: Coach) -> Reminding:
    """What follows them."""
    return Reminding(
        plans=coach.partnerships.all,
        addressing=addressing_of(coach.database),
        check_ins=CheckIns(coach.database, crash_point(coach.settings)),
        bank=bank_of(coach),
        words=coach.words,
    )


def asked_for_of(coach: Coach) -> AskedFor:
    """What partners ask of their own check-in."""
    return AskedFor(
        plans=coach.partnerships.all,
        addressing=addressing_of(coach.database),
        check_ins=CheckIns(coach.database, crash_point(coach.settings)),
        barriers=Barriers(coach.database),
        evidence=_evidence(coach),
        new_id=new_id,
    )


def _evidence(coach: Coach) -> CheckInEvidence:
    database = coach.database
    return CheckInEvidence(
        hearing=Hearing(database),
        bank=bank_of(coach),
        factor_of=_factor_of(coach),
    )


def _factor_of(coach: Coach) -> FactorOf:
    """What a question is about, as the triage on this machine judges it; nothing where it is sensitive."""
    embedder = coach.embedder
    judge = Triage(
        MiniLMTokens(embedder if isinstance(embedder, MiniLM) else MiniLM(coach.settings.data_dir / "models"))
    )

    def factor_of(question: str) -> str | None:
        factors = judge(question).factors
        return factors[0] if factors else None

    return factor_of
