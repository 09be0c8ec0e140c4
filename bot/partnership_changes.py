"""What applying a plan would change, in plain words for the person who applies it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.chat_settings import overlaid
from bot.domain.partnership import Contact, PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Organisation

#: What stays the same while the wording or the value of a fact changes.
_Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference; `before` is empty for what is added, `after` for what is removed."""

    kind: Literal["added", "removed", "changed"]
    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change as a line, such as `check-in hour: 10 → 9` or `organisation “Harbour Housing” added`."""
        if self.kind == "changed":
            return f"{self.what}: {self.before} → {self.after}"
        return f"{self.what} {self.kind}" + ("" if self.after in self.what else f": {self.after}")


@dataclass(frozen=True, kw_only=True)
class _Fact:
    what: str
    value: str


def diff(old: PartnershipPlan | None, new: PartnershipPlan) -> tuple[Change, ...]:
    """What `new` changes of `old`, in the order of `new`, what is removed last; the order of lists is no change.

    Without an `old` plan everything is added. A lead is known by the e-mail address, which the words leave out.
    """
    before = dict(_facts(old)) if old else {}
    after = dict(_facts(new))
    return (
        *(change for key, fact in after.items() if (change := _change(before.get(key), fact))),
        *(
            Change(kind="removed", what=fact.what, before=fact.value, after="")
            for key, fact in before.items()
            if key not in after
        ),
    )


def set_in_chat(file: PartnershipPlan, chat: Mapping[str, Any]) -> tuple[Change, ...]:
    """Where what leads set in chat outranks a file: `before` is the file's word, `after` the chat's."""
    return diff(file, overlaid(file, chat))


def _change(before: _Fact | None, after: _Fact) -> Change | None:
    if before is None:
        return Change(kind="added", what=after.what, before="", after=after.value)
    if before.value == after.value:
        return None
    return Change(kind="changed", what=before.what, before=before.value, after=after.value)


def _facts(plan: PartnershipPlan) -> Iterator[tuple[_Key, _Fact]]:
    yield from _agreements(plan)
    for organisation in plan.organisations:
        yield from _member(organisation)
    for lead in plan.leads:
        name = f"lead “{lead.name}”"
        yield ("lead", lead.email), _Fact(what=name, value=lead.name)
        yield ("lead of", lead.email), _Fact(what=f"organisation of {name}", value=lead.organisation)
    for file, audience in plan.document_audiences.items():
        yield ("audience", file), _Fact(what=f"audience of “{file}”", value=_audience(audience))
    for contact in plan.contacts:
        yield ("contact", *_matter(contact)), _Fact(what=f"contact “{contact.name}”{_for(contact)}", value=contact.how)
    for closure in plan.closures:
        days = f"{closure.first} to {closure.last}"
        yield ("closure", closure.name, days), _Fact(what=f"closure “{closure.name}”", value=days)


def _agreements(plan: PartnershipPlan) -> Iterator[tuple[_Key, _Fact]]:
    """The single values of a plan."""
    rhythm, disclosure, keep = plan.rhythm, plan.disclosure, plan.retention
    values = {
        "id of the partnership": plan.id,
        "name of the partnership": plan.name,
        "time zone": plan.zone,
        "check-ins": "on" if plan.check_ins else "off",
        "language": plan.language or "the installation's",
        "check-in day": rhythm.weekday,
        "check-in hour": rhythm.hour,
        "first day for check-ins": rhythm.first_day,
        "last day for check-ins": rhythm.last_day,
        "quiet hours": f"{plan.quiet_hours.begin} to {plan.quiet_hours.end}",
        "bank holidays": plan.holidays or "by the time zone",
        "people behind a shared figure, at least": disclosure.k,
        "organisations behind a shared figure, at least": disclosure.m,
        "days that replies are kept": keep.replies,
        "days that barriers are kept after closing": keep.barriers,
        "days that questions passed on are kept": keep.questions,
    }
    for what, value in values.items():
        yield ("agreement", what), _Fact(what=what, value=str(value))


def _member(organisation: Organisation) -> Iterator[tuple[_Key, _Fact]]:
    name = f"“{organisation.name}”"
    yield ("organisation", organisation.id), _Fact(what=f"organisation {name}", value=organisation.name)
    identities = {
        "Slack workspace": organisation.slack_teams,
        "Teams tenant": organisation.teams_tenants,
        "e-mail domain": organisation.email_domains,
    }
    for kind, values in identities.items():
        for value in values:
            yield ("identity", organisation.id, kind, value), _Fact(what=f"{kind} {value} of {name}", value=value)


def _audience(audience: tuple[str, ...]) -> str:
    words = {WHOLE_PARTNERSHIP: "the whole partnership", PUBLIC: "anybody"}
    return ", ".join(sorted(words.get(name, name) for name in audience))


def _matter(contact: Contact) -> _Key:
    return contact.name, contact.for_factor or "", contact.for_organisation or ""


def _for(contact: Contact) -> str:
    bounds = [bound for bound in (contact.for_factor, contact.for_organisation) if bound]
    return f" for {' at '.join(bounds)}" if bounds else ""
