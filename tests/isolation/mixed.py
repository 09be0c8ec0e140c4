"""An installation, and everything that comes out of it.

It holds the documents of some of the organisations and knows all of them. Its coach answers as in a chat: from leads'
own answers and the library, with what was asked before, in channels with documents of their own, with hints to whoever
asked, and again when a question is changed. Barriers are raised in it, leads pull digests, and parts of it give way.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.coaching.answers.hinting import HINT
from bot.coaching.barriers.raising_cards import LOG
from bot.coaching.commands import HOME
from bot.coaching.digests.digesting import DIGEST
from bot.coaching.recognising import Recognising
from bot.coaching.revising import Revising
from bot.delivery.ports import Present
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card, to_json
from bot.domain.messages import REVISED, Became, EventKey, Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.store.barriers import Barriers
from bot.store.inbox import Original
from bot.store.people import People
from knowledge.library import Library
from prompts import words
from tests.fakes import NOON, FakePresence
from tests.isolation.deeds import CONSENTS, KEPT, Log, Told
from tests.isolation.faults import EXPECTED, FAULTS, UNHEARD_OF, Faults
from tests.isolation.talks import Talk, curated
from tests.isolation.world import (
    MARK,
    Document,
    Person,
    Scene,
    WatchedAnswerer,
)

WORDS = words()
#: All that is said in front of others of what is for one person alone; and what a stranger is told.
IN_FRONT = frozenset(WORDS(name) for name in ("barrier.written_directly", "barrier.write_directly", "join.stranger"))
#: What is tapped for it.
BUTTONS = {"digest": DIGEST, "home": HOME}


def marks(value: object, *but: str) -> set[str]:
    """The marks in whatever it is, but for those in these words, which the asker wrote."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    for each in but:
        text = text.replace(each, "")
    return set(MARK.findall(text))


def forget(answerer: WatchedAnswerer) -> None:
    """Before the next question."""
    answerer.retrieved, answerer.answer = (), None


@dataclass
class Mixed:
    """An installation, and everything that came out of it."""

    shelf: Sequence[Document]
    crowd: list[Person]
    library: Library
    plan: PartnershipPlan
    people: People
    recognising: Recognising
    answerer: WatchedAnswerer
    hinted_by: WatchedAnswerer
    presence: FakePresence
    log: Log
    faults: Faults
    kept: list[Incoming] = field(default_factory=list)
    door: Revising = field(init=False)
    hints: int = 0
    asked: int = 0
    done: Counter[str] = field(default_factory=Counter)
    _files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._audiences = {each.mark: each for each in self.shelf} | {
            each.mark: each for _, each in curated(self.shelf)
        }

    def hidden(self, scene: Scene, found: set[str]) -> set[str]:
        """Of these marks those that somebody present may not see."""
        return {mark for mark in found if not self._may_see(mark, scene)}

    def _may_see(self, mark: str, scene: Scene) -> bool:
        if mark.startswith("zb"):
            return self.log.may_see(mark, scene)
        return mark in self._audiences and scene.may_see(self._audiences[mark])

    async def talk(self, talk: Talk) -> tuple[Says, set[str]]:
        """What is said last in the conversation, and the marks that reached it or somebody alone and should not."""
        place = Place(f"place-{self.asked}")
        self._files = talk.files
        people = tuple(person.identity for person in talk.present)
        self.presence.places[place] = Present(people=people, complete=talk.told)
        leaked: set[str] = set()
        said = Says(card=Card())
        turns = [("", text) for text in (talk.before, talk.question) if text]
        turns += [(REVISED, talk.becomes)] if talk.becomes else []
        for action, text in turns:
            self.asked += 1
            forget(self.answerer)
            said = in_full(await self.door(self._incoming(talk, place, text, action)))
            leaked |= self.hidden(talk, self._shown(said, talk, text))
            leaked |= await self._hints(talk)
        if talk.deed in FAULTS:
            leaked |= await self._under_a_fault(talk, place)
        elif talk.deed:
            leaked |= await self._deed(talk, place)
        del self.presence.places[place]
        return said, leaked

    async def _deed(self, talk: Talk, place: Place) -> set[str]:
        """Does something that is for one person alone; the marks that they, or the others there, may not see."""
        self.asked += 1
        action, values = self._form(talk) if talk.deed == "barrier" else (BUTTONS[talk.deed], {})
        said = in_full(await self.door(replace(self._incoming(talk, place, "", action), values=values)))
        alone, others = Scene(question="", present=(talk.asker,)), len(talk.present) > 1 or not talk.told
        in_front = others and talk.kind != "alone"
        cards = [to_json(reply.card) for reply in said.elsewhere] + ([] if in_front else [to_json(said.card)])
        found = marks(cards)
        leaked = self.hidden(alone, found) | self.hidden(talk, marks(to_json(said.card)))
        if in_front and said.card.plain not in IN_FRONT:
            leaked.add(f"{talk.deed} in front of others")
        self.done.update(f"{talk.deed} shows {each[:2]}" for each in found)
        self.done[f"{talk.deed} {'alone' if cards else 'for nobody'}"] += 1
        await self._tidy()
        return leaked

    def _form(self, talk: Talk) -> tuple[str, dict[str, str]]:
        """A barrier about what the question is about, with a mark of its own."""
        mark, consent = f"zb{90_000 + self.asked % 10_000:05}", CONSENTS[self.asked % len(CONSENTS)]
        self.log.told[mark] = Told(
            consent=consent, organisation=talk.asker.organisation, raiser=talk.asker.identity.key
        )
        about = MARK.sub("it", talk.question.lower()).replace("?", ".")
        return LOG, {"statement": f"{about}\n{mark}", "factor": "trust", "consent": consent}

    async def _tidy(self) -> None:
        """Keeps only the last barriers that were raised in talks."""
        every = await Barriers(self.faults.database).all(self.plan.id) if len(self.log.told) % KEPT == 0 else ()
        raised = [each.id for each in every if each.id.startswith("raised-")]
        await Barriers(self.faults.database).forget(*raised[:-KEPT])

    async def _under_a_fault(self, talk: Talk, place: Place) -> set[str]:
        """Asks again while something gives way; the marks that are shown then, and all that are logged."""
        self.asked += 1
        how = (EXPECTED, UNHEARD_OF)[self.done[f"{talk.deed} tried"] % 2]
        self.done[f"{talk.deed} tried"] += 1
        forget(self.answerer)
        shown, logged = await self.faults.ask(self._incoming(talk, place, talk.question, ""), self.door, talk.deed, how)
        self.done[f"{talk.deed} {'failed' if 'failed' in logged else 'made do'}"] += 1
        leaked = self.hidden(talk, marks(shown, talk.question, talk.before)) | await self._hints(talk)
        return leaked | {f"{mark} in the log" for mark in marks(logged)}

    def _shown(self, said: Says, talk: Talk, text: str) -> set[str]:
        answer = self.answerer.answer
        cards = [said.card.plain, to_json(said.card), *(to_json(reply.card) for reply in said.elsewhere)]
        found = {mark for hit in self.answerer.retrieved for mark in marks(hit.source.file)}
        return found | marks(cards, text, talk.before) | marks(repr(answer), text, talk.before)

    async def _hints(self, talk: Talk) -> set[str]:
        """Handles what was kept for the asker alone; the marks that they may not see."""
        leaked: set[str] = set()
        alone = Scene(question="", present=(talk.asker,))
        while self.kept:
            incoming = self.kept.pop()
            assert incoming.place == f"alone-{talk.asker.identity.key}"
            self.presence.places[incoming.place] = Present(people=(talk.asker.identity,))
            forget(self.hinted_by)
            said = in_full(await self.door(incoming))
            self.hints += said.card != Card()
            found = {mark for hit in self.hinted_by.retrieved for mark in marks(hit.source.file)}
            leaked |= self.hidden(alone, found | marks([said.card.plain], incoming.values["text"]))
        return leaked

    def _incoming(self, talk: Talk, place: Place, text: str, action: str) -> Incoming:
        sender = talk.asker.identity
        key = EventKey(f"{sender.platform}:{self.asked}")
        return Incoming(
            key=key,
            place=place,
            # As platforms do: the event names neither the address nor who is a guest.
            sender=replace(sender, email="", guest=False),
            text=text,
            received_at=NOON + timedelta(seconds=self.asked),
            action=action,
            values={"of": key} if action else {},
            direct=Place(f"alone-{sender.key}") if talk.kind != "alone" else place,
            channel=Place("") if talk.kind == "alone" else Place(f"channel-{self.asked}"),
        )

    async def scope(self, incoming: Incoming) -> tuple[str, ...]:
        """The files of the channel."""
        return () if incoming.action == HINT else self._files

    async def original(self, key: EventKey) -> Original:
        """Every message was answered, and changed once."""
        return Original(became=Became.ANSWERED, changes=(key,))
