"""Puts barriers together: raising, owning and handling them. Apart from `bot.bootstrap`: only the server needs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, crash_point, new_id
from bot.coaching.answers.closing import open_questions
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.barriers.handling import Handling
from bot.coaching.barriers.meaning import Insistence
from bot.coaching.barriers.offering import Offering
from bot.coaching.barriers.owning import Owning
from bot.coaching.barriers.ports import Twins
from bot.coaching.barriers.raising import Raising
from bot.coaching.barriers.relaying import Relaying
from bot.coaching.barriers.remedying import Remedying
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.barriers.starting import LINK, OWN, Starting
from bot.coaching.commands import DIGEST
from bot.coaching.digests.digesting import DIGEST as DIGEST_BUTTON
from bot.coaching.digests.weekly import Unnudging
from bot.coaching.directly import Act, Directly
from bot.coaching.drafting import CHOICES
from bot.coaching.front_door import Sounds
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.desks.digests import digesting_of
from bot.domain.messages import Incoming
from bot.likeness import Likeness
from bot.settings import Settings, secret
from bot.store.barriers import Barriers
from bot.store.drafts import Drafts
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.nudges import Nudges
from bot.store.relays import Relays
from bot.store.snapshots import Snapshots
from knowledge.minilm import MiniLM
from knowledge.remedies import Remedies
from knowledge.similar_reordering import Reorderer


@dataclass(frozen=True, kw_only=True)
class RaisingDesk:
    """What the front door needs to know of barriers."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]
    meant: Callable[[Incoming], bool]
    sounds: Sounds


def twins_for(model: MiniLM) -> Twins:
    """What tells the same barrier told twice."""
    return Likeness(model.embed)


def _remedies(coach: Coach, model: MiniLM, twins: Twins, slips: Slips) -> Remedying:
    return Remedying(
        library=Remedies(library=coach.library, encode=model.encode),
        likeness=twins,
        barriers=Barriers(coach.database).all,
        bank=open_questions(),
        words=coach.words,
        passing_on=PassingOn(gaps=Gaps(coach.database), slips=slips, words=coach.words),
    )


def _minilm(coach: Coach) -> MiniLM:
    """What was learned of barriers was learned with MiniLM, also where another embedder is configured for searching."""
    embedder = coach.embedder
    return embedder if isinstance(embedder, MiniLM) else MiniLM(coach.settings.data_dir / "models")


def _reorderer(settings: Settings) -> Reorderer | None:
    """The configured model, which `open_coach` has set up once already."""
    if settings.model == "none":
        return None
    from knowledge.similar_langchain import LangChainReorderer

    key = settings.model_key.get_secret_value() if settings.model_key else None
    return LangChainReorderer(settings.model, key=key, url=settings.model_url, marker=new_id)


def raising_desk(coach: Coach, safeguard: Safeguarding) -> RaisingDesk:
    """For chat platforms, where people are alone with the coach and can fill in forms."""
    reached, words, key = crash_point(coach.settings), coach.words, secret(coach.settings)
    barriers, homes = Barriers(coach.database, reached), Homes(coach.database)
    saving, directly = BarrierSaving(barriers=barriers), Directly(homes=homes, words=words)
    handling = Handling(barriers=barriers, homes=homes, words=words)
    relaying = Relaying(barriers=barriers, relays=Relays(coach.database), homes=homes, words=words)
    model, slips = _minilm(coach), Slips(secret=key)
    twins = twins_for(model)
    starting = Starting(safeguard=safeguard, insistence=Insistence(secret=key), slips=slips, words=words)
    raising = Raising(
        saving=saving,
        drafts=Drafts(coach.database, reached),
        homes=homes,
        words=words,
        new_id=new_id,
        offering=Offering(barriers=barriers, twins=twins, reorderer=_reorderer(coach.settings)),
        remedies=_remedies(coach, model, twins, slips),
    )
    snapshots = Snapshots(coach.database)
    owning = Owning(
        saving=saving,
        words=words,
        listed=handling.listed,
        numbered=handling.numbered,
        withholding=snapshots,
    )
    digesting = digesting_of(coach)
    unnudging = Unnudging(barriers=barriers, nudges=Nudges(coach.database), words=words)
    by_button = (starting, raising, owning, handling, relaying, unnudging)
    actions = {name: act for case in by_button for name, act in case.actions.items()}
    return RaisingDesk(
        actions=directly.all({**actions, DIGEST_BUTTON: digesting}),
        commands=directly.all({**starting.commands, **owning.commands, DIGEST: digesting}),
        chosen=CHOICES | {LINK, OWN},
        meant=starting.meant,
        sounds=starting.sounds,
    )
