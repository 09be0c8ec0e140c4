"""Conversations of every mixture: who asks what in front of whom, and what is done there besides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.domain.curated import CuratedAnswer
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, OrganisationId, PartnershipId
from tests.fakes import NOON
from tests.isolation.world import ABOUT, FULL, Document, Person, Scene

#: Organisations, documents of each, questions at each document; and how many installations their documents lie in.
ORGANISATIONS, DOCUMENTS, QUESTIONS, HOUSES = (200, 50, 10, 20) if FULL else (10, 10, 10, 1)
LEADS = 12
KINDS = ("alone", "several", "guests", "unidentified", "untold", "scoped")
FOLLOWS = "And what else did they show about that?"
#: What is done in a conversation besides asking, each in one talk of so many.
ONE_IN = 50 if FULL else 25
DEEDS = ("barrier", "digest", "home", "index", "model", "database")


@dataclass(frozen=True, kw_only=True)
class Talk(Scene):
    """A question in a conversation of a kind; what came before it there, what it is changed into, the files to which
    the channel is confined, and what is done there after it."""

    kind: str
    before: str = ""
    becomes: str = ""
    files: tuple[str, ...] = ()
    deed: str = ""

    @property
    def asker(self) -> Person:
        return self.present[0]


def documents(random: Random, house: int, organisations: int, each: int) -> list[Document]:
    """The documents of a house's organisations, for themselves, some others, all of the partnership, or anybody."""
    names = [f"org-{number}" for number in range(organisations)]
    own = names[house :: max(1, HOUSES)]

    def audience(owner: str) -> tuple[str, ...]:
        others = random.sample([name for name in names if name != owner], random.choice([0, 0, 1, 2, 4]))
        return random.choice([(owner, *others)] * 9 + [(WHOLE_PARTNERSHIP,), (PUBLIC,)])

    return [
        Document(
            mark=f"zq{place * each + number:05}",
            about=random.choice(ABOUT),
            catalogued=audience(owner),
            agreed=audience(owner) if random.random() < 0.2 else None,
        )
        for place, owner in enumerate(own)
        for number in range(each)
    ]


def curated(shelf: Sequence[Document]) -> Iterator[tuple[CuratedAnswer, Document]]:
    """What leads answer themselves to a question about every fifth document, to those who may see it."""
    for number, document in enumerate(shelf[::5]):
        about = replace(document, mark=document.mark.replace("zq", "zc"), agreed=None)
        open_to = () if {PUBLIC, WHOLE_PARTNERSHIP} & set(document.catalogued) else document.catalogued
        yield (
            CuratedAnswer(
                id=f"c{number}",
                partnership=PartnershipId("harbour"),
                question=f"What did we agree on {about.mark}?",
                answer=f"We agreed {about.mark} with care.",
                at=NOON,
                organisations=tuple(OrganisationId(each) for each in open_to),
            ),
            replace(about, catalogued=open_to or (WHOLE_PARTNERSHIP,)),
        )


def leads_of(crowd: Sequence[Person], shelf: Sequence[Document]) -> list[Person]:
    """Those who lead the partnership, rather of organisations that have documents; their addresses are verified."""
    owners = {each.catalogued[0] for each in shelf}
    fit = [each for each in crowd if each.organisation is not None and each.identity.email]
    return sorted(fit, key=lambda each: each.organisation not in owners)[:LEADS]


def talks(random: Random, shelf: Sequence[Document], crowd: Sequence[Person], questions: int) -> Iterator[Talk]:
    """Questions at each document, many by somebody who may see it, each in front of somebody else."""
    known = [each for each in crowd if each.organisation is not None]
    leads, files = leads_of(crowd, shelf), [each.file for each in shelf]
    for document in shelf:
        readers = [each for each in known if each.organisation in document.audience] or known
        for _ in range(questions):
            kind = random.choice(KINDS)
            deed = random.choice(DEEDS) if random.random() < len(DEEDS) / ONE_IN else ""
            first = random.choice([random.choice(readers), random.choice(readers), random.choice(crowd)])
            if deed == "digest" and random.random() < 0.8:
                first = random.choice(leads)
            yield Talk(
                kind=kind,
                question=_question(random, document),
                present=tuple(dict.fromkeys((first, *_others(random, kind, crowd)))),
                told=kind != "untold",
                before=document.about if random.random() < 0.1 else "",
                becomes=_question(random, document) if random.random() < 0.1 else "",
                files=tuple(random.sample(files, min(3, len(files)))) if kind == "scoped" else (),
                deed=deed,
            )


def _others(random: Random, kind: str, crowd: Sequence[Person]) -> list[Person]:
    """Who else is there in a conversation of this kind."""
    known = [each for each in crowd if each.organisation is not None]
    guests = [each for each in known if each.identity.guest] or known
    strangers = [each for each in crowd if each.organisation is None]
    few = random.sample(crowd, random.choice([0, 1]))
    return {
        "alone": [],
        "several": random.sample(known, random.choice([1, 1, 2, 3])),
        "guests": [random.choice(guests), *few],
        "unidentified": [random.choice(strangers), *few],
        "untold": random.sample(known, 1),
        "scoped": random.sample(known, random.choice([1, 2])),
    }[kind]


def _question(random: Random, document: Document) -> str:
    mark = document.mark
    aimed = (
        document.about,
        f"{document.about} {mark}?",
        naming(document),
        f"What did {mark} show?",
        f"What did we agree on {mark.replace('zq', 'zc')}?",
        "Zebras?",
        FOLLOWS,
    )
    return random.choices(aimed, weights=[2, 2, 3, 2, 3, 1, 1])[0]


def naming(document: Document) -> str:
    """A question for a name that no other document holds: where this one may not be used, it is not answered."""
    name = document.mark.upper()
    return f"{document.about} as {name} and {name}, and again {name}, has shown?"
