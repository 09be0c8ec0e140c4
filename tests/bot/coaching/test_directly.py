"""What is for one person alone: it goes where they alone read it, and nowhere where that is not known."""

from dataclasses import replace

from bot.coaching.directly import Directly
from bot.coaching.recognising import Recognised
from bot.delivery.saying import Says
from bot.domain.cards import Card
from bot.domain.messages import Incoming, Place
from bot.domain.people import Audience
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply
from prompts import words
from tests.bot.coaching.fake_barriers import FakeHomes
from tests.bot.coaching.raising_room import ANN, said
from tests.bot.plans import COUNCIL, HOUSING
from tests.fakes import CARD, message

AMONG_OTHERS = replace(ANN, alone=False, audience=Audience(organisations=frozenset({COUNCIL.id, HOUSING.id})))
HERE, DIRECT = Place("channel"), Place("dm")
ELSEWHERE = Reply(key="k", platform="slack", place=Place("p"), card=CARD)


class Desk:
    """One act behind the wrapper, and what it was told."""

    def __init__(self, *more: Reply) -> None:
        self.homes, self.told = FakeHomes(), list[Recognised]()
        self._says = Says(card=CARD, elsewhere=more) if more else CARD
        self.act = Directly(homes=self.homes, words=words()).all({"act": self._act})["act"]

    async def _act(self, _incoming: Incoming, recognised: Recognised) -> Card | Says:
        self.told.append(recognised)
        return self._says


def asked(direct: Place = DIRECT, place: Place = HERE) -> Incoming:
    return replace(message("e1", platform="slack"), place=place, direct=direct)


async def test_alone_it_is_said_at_once() -> None:
    desk = Desk(ELSEWHERE)
    assert await desk.act(asked(), ANN) == Says(card=CARD, elsewhere=(ELSEWHERE,))
    desk = Desk()
    assert await desk.act(asked(place=DIRECT), AMONG_OTHERS) == CARD
    assert [each.alone for each in desk.told] == [True]


async def test_in_front_of_others_it_goes_to_direct_messages_for_the_person_alone() -> None:
    desk = Desk(ELSEWHERE)
    answer = await desk.act(asked(), AMONG_OTHERS)
    assert isinstance(answer, Says)
    assert answer.card.plain == said("barrier.written_directly")
    direct, other = answer.elsewhere
    assert (direct.platform, direct.place, direct.card, direct.promise) == (
        "slack",
        DIRECT,
        replace(CARD, locale="en"),
        Promise.ANSWER,
    )
    assert direct.key == "slack:direct:slack:lena:e1"
    assert other == ELSEWHERE
    (told,) = desk.told
    assert (told.alone, told.audience.organisations) == (True, frozenset({COUNCIL.id}))


async def test_where_direct_messages_are_not_known_their_home_is_used_or_nothing_is_done() -> None:
    desk = Desk()
    for who in (AMONG_OTHERS, replace(AMONG_OTHERS, partner=None)):
        answer = await desk.act(asked(direct=Place("")), who)
        assert isinstance(answer, Card)
        assert answer.plain == said("barrier.write_directly")
    assert desk.told == []
    assert ANN.partner is not None
    desk.homes.kept[ANN.partner] = Home(platform="teams", place=Place("chat"))
    known = await desk.act(asked(direct=Place("")), AMONG_OTHERS)
    assert isinstance(known, Says)
    assert [(each.platform, each.place) for each in known.elsewhere] == [("teams", "chat")]
