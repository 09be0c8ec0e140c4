"""Questions to a person, kept together with what must be told of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.cards import Card, to_json
from bot.domain.curated import CuratedAnswer
from bot.domain.human_asks import OPEN, Addressee, AskState, HumanAsk, Proposal
from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store import notices
from bot.store.curated import curated_row
from bot.store.database import Database
from bot.store.human_tables import human_addressee, human_ask
from bot.store.inbox import Promise, Reply, outbox_row
from bot.store.tables import curated_answer, outbox


class HumanAsks:
    """The repository. A change and the cards that tell of it are one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, ask: HumanAsk) -> None:
        """Keep a draft; one that is there already stays as it is, and so does what became of it."""
        added = self._database.insert(human_ask).values(**_row(ask)).on_conflict_do_nothing()
        await self._database.write(lambda connection: connection.execute(added).rowcount)

    async def find(self, ask: str) -> HumanAsk | None:
        """The question with this id, or None."""
        found = await self._of(human_ask.c.id == ask)
        return found[0] if found else None

    async def open(self, partnership: PartnershipId) -> Sequence[HumanAsk]:
        """Those of a partnership that wait for an answer, oldest first."""
        return await self._of((human_ask.c.partnership == partnership) & human_ask.c.state.in_(OPEN))

    async def save(
        self,
        before: HumanAsk,
        after: HumanAsk,
        told: Sequence[Reply],
        now: datetime,
        curated: CuratedAnswer | None = None,
    ) -> bool:
        """Keep what a question has become, what is told of it and what is kept for others of it.

        False, and nothing is kept, where something else became of it meanwhile.
        """

        def note(connection: Connection) -> bool:
            if not _changed(connection, before, after):
                return False
            if curated is not None:
                once = self._database.insert(curated_answer).values(**curated_row(curated))
                connection.execute(once.on_conflict_do_nothing())
            notices.put(connection, self._database, [each for each in told if each.promise is Promise.NOTICE], now)
            for reply in told:
                if reply.promise is Promise.ANSWER:
                    owed = self._database.insert(outbox).values(**outbox_row(reply, now))
                    connection.execute(owed.on_conflict_do_nothing())
            return True

        return await self._database.write(note)

    async def withdraw(
        self, before: HumanAsk, after: HumanAsk, told: Sequence[Reply], instead: Mapping[Place, Card], now: datetime
    ) -> bool:
        """Keep that a question was taken back; False, and nothing is done, where something else became of it meanwhile.

        What waits to be said of it is not said any more. Where a card that shows it stands, another is put `instead`,
        by where its reader is written to.
        """

        def note(connection: Connection) -> bool:
            if not _changed(connection, before, after):
                return False
            notices.forget(connection, [news_of(before.id)])
            rewritten = list(_rewritten(connection, about_ask(before.id), instead))
            notices.put(connection, self._database, [*told, *rewritten], now)
            return True

        return await self._database.write(note)

    async def drop(self, ask: str, asker: PartnerId) -> None:
        """Delete a draft of somebody's."""
        own = (human_ask.c.id == ask) & (human_ask.c.asker == asker) & (human_ask.c.state == AskState.DRAFT)
        await self._database.write(lambda connection: connection.execute(delete(human_ask).where(own)).rowcount)

    async def forget(self, partnership: PartnershipId, before: datetime, drafts_before: datetime) -> None:
        """Delete what was asked before one time, and what was never sent before another."""
        old = human_ask.c.at < before
        old |= (human_ask.c.state == AskState.DRAFT) & (human_ask.c.at < drafts_before)
        gone = delete(human_ask).where(human_ask.c.partnership == partnership, old)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def unanswered(self, partnership: PartnershipId, asker: PartnerId) -> Sequence[HumanAsk]:
        """What somebody asked and nobody has answered, oldest first."""
        own = (human_ask.c.partnership == partnership) & (human_ask.c.asker == asker)
        return await self._of(own & human_ask.c.state.in_((*OPEN, AskState.CLOSED)))

    async def _of(self, which: Any) -> list[HumanAsk]:
        rows = select(human_ask).where(which).order_by(human_ask.c.at, human_ask.c.id)
        joined = human_addressee.c.ask.in_(select(human_ask.c.id).where(which))
        people = select(human_addressee).where(joined).order_by(human_addressee.c.number)
        async with self._database.reading() as connection:
            asks = (await connection.execute(rows)).all()
            asked: dict[str, list[Addressee]] = {}
            for row in await connection.execute(people):
                asked.setdefault(row.ask, []).append(_addressee(row))
        return [_ask(row, tuple(asked.get(row.id, ()))) for row in asks]


def news_of(ask: str) -> str:
    """What the keys of everything begin with that people are told of a question without having asked."""
    return f"notice:human:{ask}:"


def about_ask(ask: str) -> str:
    """What a card is `about` that shows a question to somebody who is asked."""
    return f"human:{ask}"


def _changed(connection: Connection, before: HumanAsk, after: HumanAsk) -> bool:
    """Keep what a question has become, unless something else became of it meanwhile."""
    row = {**_row(after), "version": before.version + 1}
    unchanged = (human_ask.c.id == before.id) & (human_ask.c.version == before.version)
    if connection.execute(update(human_ask).where(unchanged).values(**row)).rowcount != 1:
        return False
    _address(connection, after)
    return True


def _rewritten(connection: Connection, about: str, instead: Mapping[Place, Card]) -> Iterator[Reply]:
    """What stands where cards about something were posted; one that is an answer and still on its way is changed."""
    shown = select(outbox.c.key, outbox.c.state, outbox.c.promise, outbox.c.platform, outbox.c.place)
    for row in connection.execute(shown.where(outbox.c.about == about).order_by(outbox.c.key)).all():
        card = next((card for place, card in instead.items() if place and row.place.startswith(place)), None)
        if card is None:
            continue
        if row.promise == Promise.ANSWER and row.state in ("pending", "sending"):
            own = update(outbox).where(outbox.c.key == row.key)
            connection.execute(own.values(payload=to_json(card)))
        if row.state in ("sent", "sending", "unknown"):
            key = f"{row.key}:withdrawn"
            yield Reply(key=key, platform=row.platform, place=Place(row.place), card=card, instead_of=row.key)


def _address(connection: Connection, ask: HumanAsk) -> None:
    connection.execute(delete(human_addressee).where(human_addressee.c.ask == ask.id))
    rows = [
        {
            "ask": ask.id,
            "partner": each.partner,
            "partnership": ask.partnership,
            "number": number,
            "contact": each.contact,
            "declined": each.declined,
        }
        for number, each in enumerate(ask.addressees)
    ]
    if rows:
        connection.execute(insert(human_addressee), rows)


def _row(ask: HumanAsk) -> dict[str, Any]:
    row = {name: value for name, value in vars(ask).items() if name not in ("addressees", "proposal")}
    proposal = ask.proposal or Proposal(question="", answer="")
    return {
        **row,
        "proposed_question": proposal.question,
        "proposed_answer": proposal.answer,
        "proposed_for": ",".join(proposal.organisations),
    }


def _ask(row: Any, addressees: tuple[Addressee, ...]) -> HumanAsk:
    organisations = tuple(OrganisationId(each) for each in row.proposed_for.split(",") if each)
    proposal = Proposal(question=row.proposed_question, answer=row.proposed_answer, organisations=organisations)
    return HumanAsk(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        asker=PartnerId(row.asker),
        organisation=OrganisationId(row.organisation),
        platform=row.platform,
        place=Place(row.place),
        at=row.at,
        since=row.since,
        state=AskState(row.state),
        name=row.name,
        question=row.question,
        factor=row.factor,
        addressees=addressees,
        by=PartnerId(row.by) if row.by else None,
        answerer=row.answerer,
        answer=row.answer,
        reminded=row.reminded,
        helped=row.helped,
        again=row.again,
        kept=row.kept,
        proposal=proposal if row.proposed_question else None,
        version=row.version,
    )


def _addressee(row: Any) -> Addressee:
    return Addressee(partner=PartnerId(row.partner), contact=row.contact, declined=row.declined)
