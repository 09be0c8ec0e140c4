"""A small partnership with a coach who answers from a script."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from adapters.web.app import Page
from bot.delivery.ports import Utterance
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph, Quotation
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity, Organisation, OrganisationId, Partner, PartnerId
from prompts import words

PORT = 8123
HERE = f"127.0.0.1:{PORT}"
Client = TestClient[Request, Application]
Open = Callable[..., Awaitable[Client]]
QUESTION = {"as": "amira", "event": "event-0001", "text": "How do we build trust?"}
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
COUNCIL = Organisation(id=OrganisationId("council"), name="Millbrook Borough Council")
TRUST = Organisation(id=OrganisationId("trust"), name="Ashdown Vale NHS Trust")
CHARITY = Organisation(id=OrganisationId("charity"), name="Open Door Millbrook")
HOUSING = Organisation(id=OrganisationId("housing"), name="Lantern Homes")
ELSEWHERE = Organisation(id=OrganisationId("elsewhere"), name="Willow Consulting")
LEAD = Partner(id=PartnerId("amira"), name="Amira Rahman", organisation=COUNCIL.id, lead=True)
NURSE = Partner(id=PartnerId("joe"), name="Joe Whitlock", organisation=TRUST.id)
PARTNERS = (
    LEAD,
    Partner(id=PartnerId("tom"), name="Tom Ellery", organisation=COUNCIL.id),
    NURSE,
    Partner(id=PartnerId("grace"), name="Grace Okonjo", organisation=TRUST.id),
    Partner(id=PartnerId("siobhan"), name="Siobhán Doyle", organisation=CHARITY.id),
    Partner(id=PartnerId("marek"), name="Marek Nowak", organisation=HOUSING.id),
    Partner(id=PartnerId("una"), name="Una Brook", organisation=ELSEWHERE.id),
)
TRUST_CARD = Card(
    paragraphs=(
        Paragraph(text="Start with something small that both sides can finish, then build on it.", citations=(1,)),
        Paragraph(
            text="Say openly what each organisation needs from the work, and what it cannot do.", citations=(2, 3)
        ),
    ),
    quotations=(
        Quotation(
            number=1,
            text="Trust grows in a loop: modest aims, met together,\nmake the next risk easier to take.",
            title="Working across boundaries: a starter note",
            author="Partnership Coach project",
            year=2026,
            section="Trust and relationships › Where trust comes from",
            document="starter/trust.md",
            where="lines 12–19",
            before="Partners often wait for trust before they act. It\nmostly works the other way round.\n\n",
            after="\nChoose a first piece of work that will be finished in three months, and\nsay when it is done.",
        ),
        Quotation(
            number=2,
            text="Each body should be able to say in one sentence what it gains, and what it gives up.",
            title="Shared purpose in practice",
            author="H. Lindqvist and others",
            year=2019,
            section="Chapter 3 › Agreeing terms",
            document="shared-purpose.pdf",
            where="page 41",
            before="Agreements fail quietly when interests stay unspoken. ",
            after=" Where a body cannot say it, the agreement is not ready to be signed.",
        ),
        Quotation(
            number=3,
            text="naming a limit early costs less than breaking a promise late",
            title="Shared purpose in practice",
            author="",
            year=None,
            section="",
            document="shared-purpose.pdf",
            where="page 43",
            before="Several partners told us that ",
            after=".",
        ),
    ),
    buttons=(
        Button(label="What if trust was broken?", action="ask", value="How do we repair trust after it was broken?"),
        Button(label="Which aims are small enough?", action="ask", value="How do we choose a modest first aim?"),
    ),
    note=words()("ask.note"),
)
SILENT_CARD = Card(
    paragraphs=(
        Paragraph(text=words()("ask.nothing_found")),
        Paragraph(text=words()("ask.next_step")),
    ),
    buttons=(Button(label="How do we share budgets?", action="ask", value="How do we share budgets?"),),
)


@dataclass
class FakeCoach:
    """Keeps what it receives, and answers each question once its conversation was read `answers_after` times."""

    answers_after: int = 0
    card: Card = TRUST_CARD
    received: list[Incoming] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    reads: dict[EventKey, int] = field(default_factory=dict)
    notes: list[tuple[Place, Utterance]] = field(default_factory=list)

    async def receive(self, message: Incoming) -> bool:
        if self.failures:
            raise self.failures.pop()
        new = message.key not in {known.key for known in self.received}
        if new:
            self.received.append(message)
        return new

    async def read(self, place: Place) -> tuple[Utterance, ...]:
        said: list[Utterance] = []
        noted = {note.key: note for at, note in self.notes if at == place}
        for message in self.received:
            if message.place == place:
                typed = Utterance(key=message.key, partner=PartnerId(message.sender.user), at=NOW, text=message.text)
                said.append(noted.get(message.key, typed))
                self.reads[message.key] = self.reads.get(message.key, 0) + 1
                if self.reads[message.key] > self.answers_after:
                    said.append(self.answer(message))
        return tuple(said)

    async def pressed(self, place: Place, said: Utterance) -> None:
        self.notes.append((place, said))

    def answer(self, message: Incoming) -> Utterance:
        key = EventKey(f"answer:{message.key}")
        return Utterance(key=key, partner=PartnerId(message.sender.user), at=NOW, card=self.card, answers=message.key)


def identity(partner: Partner) -> Identity:
    email = f"{partner.id}@{partner.organisation}.example"
    return Identity(platform="web", tenant="demo", user=partner.id, email=email, name=partner.name)


async def alive() -> bool:
    return True


def fake_page(coach: FakeCoach, *, port: int = PORT, now: Callable[[], datetime] = lambda: NOW) -> Page:
    numbers = count(1)
    return Page(
        partnership_name="Millbrook Together",
        organisations=(COUNCIL, TRUST, CHARITY, HOUSING),
        outside=(ELSEWHERE,),
        partners=PARTNERS,
        identity=identity,
        receive=coach.receive,
        transcript=coach,
        pressed=coach.pressed,
        clock=now,
        new_id=lambda: f"event-{next(numbers):06}",
        words=words(),
        port=port,
        healthy=alive,
    )


def later(seconds: float) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(seconds=seconds)


def _fields(text: str) -> Iterator[Field]:
    """One of each kind, and a choice among so many that they are listed."""
    for number, kind in enumerate((*Input, Input.CHOICE)):
        choices = ((text, text),) * (1 if number < len(Input) else 9)
        yield Field(id=f"f{number}", label=text, input=kind, choices=choices, hint=text, initial=text)


def with_text(card: Card, text: str) -> Card:
    """The card with the same text in every field that shows one."""
    return replace(
        card,
        title=text,
        note=text,
        paragraphs=(Paragraph(text=text, citations=(1,)),),
        facts=(Fact(name=text, value=text),),
        items=(text,),
        buttons=(Button(label=text, action="ask", value=text), Button(label=text, action="secret", value="secret")),
        form=Form(id="secret", submit=text, value="secret", fields=tuple(_fields(text))),
        quotations=(
            Quotation(
                number=1,
                text=text,
                title=text,
                author=text,
                year=2020,
                section=text,
                document=text,
                where=text,
                before=text,
                after=text,
            ),
        ),
    )
