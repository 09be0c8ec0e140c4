"""What leads take along before the end: a link to the longest digest, for that lead alone."""

from dataclasses import replace

from bot.coaching.digests.links import DigestLinks
from bot.desks.partners import digest_page
from tests.bot.coaching.barriers_at_hand import LEADING
from tests.fakes import NOON, message

LINKS = DigestLinks(secret=b"s" * 32, public_url="https://coach.example/")


async def test_the_link_leads_to_a_quarter_of_the_leads_own_partnership() -> None:
    url = await digest_page(LINKS)(message("m"), LEADING)
    assert url.startswith("https://coach.example/digest/")
    grant = LINKS.read(url.rpartition("/")[2])
    assert grant is not None
    assert (grant.partnership, grant.partner, grant.scope.weeks) == (LEADING.plan.id, LEADING.partner, 13)
    assert grant.expires > NOON


async def test_where_no_browser_reaches_the_coach_there_is_none() -> None:
    assert await digest_page(replace(LINKS, public_url=""))(message("m"), LEADING) == ""
