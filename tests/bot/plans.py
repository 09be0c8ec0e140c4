"""Partnership plans for tests: a small one, and strategies for valid ones."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.partnership import (
    FACTORS,
    HOLIDAY_REGIONS,
    LANGUAGES,
    WEEKDAYS,
    Closure,
    Contact,
    Disclosure,
    Lead,
    PartnershipPlan,
    QuietHours,
    Retention,
    Rhythm,
)
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from tests.texts import ANY

#: The profile of the run: see `tests/conftest.py`.
steady = settings()

COUNCIL = Organisation(id=OrganisationId("council"), name="The Council", email_domains=("council.example",))
HOUSING = Organisation(id=OrganisationId("housing"), name="Harbour Housing", slack_teams=("T0HOUSING",))
LEAD = Lead(name="Amara Okafor", organisation=COUNCIL.id, email="amara@council.example")
PLAN = PartnershipPlan(
    id=PartnershipId("harbour"),
    name="Harbour",
    zone="Europe/London",
    organisations=(COUNCIL, HOUSING),
    leads=(LEAD,),
    document_audiences={"b.pdf": ("council", "housing"), "a.md": ("public",)},
    contacts=(Contact(name="Duty desk", how="01632 960 101"),),
)

_words = st.text(st.characters(categories=("L", "Nd", "P", "S", "Zs")), min_size=1, max_size=20).filter(
    lambda text: bool(text.strip()) and text.isprintable()
)
_days = st.integers(1, 3650)


@st.composite
def _organisations(draw: st.DrawFn) -> tuple[Organisation, ...]:
    numbers = range(draw(st.integers(1, 5)))
    return tuple(
        Organisation(
            id=OrganisationId(f"org-{number}"),
            name=draw(_words),
            slack_teams=draw(st.sampled_from([(), (f"T0{number}",), (f"T0{number}", f"E0{number}")])),
            teams_tenants=draw(st.sampled_from([(), (f"{number:08d}-0000-4000-8000-000000000000",)])),
            email_domains=draw(st.sampled_from([(), (f"org{number}.example",)])),
        )
        for number in numbers
    )


@st.composite
def _rhythms(draw: st.DrawFn) -> Rhythm:
    first, chosen, last = sorted(draw(st.tuples(*[st.integers(0, 6)] * 3)))
    return Rhythm(
        weekday=WEEKDAYS[chosen], hour=draw(st.integers(0, 23)), first_day=WEEKDAYS[first], last_day=WEEKDAYS[last]
    )


@st.composite
def _quiet_hours(draw: st.DrawFn, hour: int) -> QuietHours:
    """Hours that leave the one in which the check-in goes out."""
    quiet = QuietHours(begin=draw(st.integers(0, 23)), end=draw(st.integers(0, 23)))
    return QuietHours(begin=quiet.end, end=quiet.begin) if quiet.cover(hour) else quiet


@st.composite
def _closures(draw: st.DrawFn) -> Closure:
    first = draw(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
    return Closure(first=first, last=first + timedelta(days=draw(st.integers(0, 365))), name=draw(_words))


@st.composite
def plans(draw: st.DrawFn) -> PartnershipPlan:
    """A plan that breaks no rule."""
    organisations = draw(_organisations())
    ids = [organisation.id for organisation in organisations]
    one = st.sampled_from(ids)
    some = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)
    audience = some | st.sampled_from([("public",), ("partnership",)])
    contact = st.builds(
        Contact,
        name=_words,
        how=_words,
        for_factor=st.none() | st.sampled_from(FACTORS),
        for_organisation=st.none() | one,
    )
    rhythm = draw(_rhythms())
    return PartnershipPlan(
        id=PartnershipId(draw(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True, alphabet=ANY))),
        name=draw(_words),
        zone=draw(st.sampled_from(["Europe/London", "Asia/Kolkata", "UTC"])),
        organisations=organisations,
        leads=tuple(
            Lead(name=draw(_words), organisation=draw(one), email=f"lead{number}@leads.example")
            for number in range(draw(st.integers(1, 3)))
        ),
        rhythm=rhythm,
        disclosure=Disclosure(k=draw(st.integers(3, 30)), m=draw(st.integers(2, max(2, len(ids))))),
        retention=Retention(replies=draw(_days), barriers=draw(_days), questions=draw(_days)),
        document_audiences=draw(st.dictionaries(st.sampled_from(["a.md", "b c.pdf", "x/é.docx"]), audience)),
        contacts=tuple(draw(st.lists(contact, max_size=2, unique_by=lambda item: item.name))),
        quiet_hours=draw(_quiet_hours(rhythm.hour)),
        holidays=draw(st.none() | st.sampled_from(HOLIDAY_REGIONS)),
        closures=tuple(draw(st.lists(_closures(), max_size=2, unique_by=lambda item: item.name))),
        check_ins=draw(st.booleans()),
        language=draw(st.none() | st.sampled_from(LANGUAGES)),
    )
