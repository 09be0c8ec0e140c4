"""What can become of a reply to a check-in: each move is all of it, and what may not be is declined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching.check_ins.cards import REPLY_TEXT, VIEW
from bot.coaching.check_ins.reply_saving import Declined, Own
from bot.coaching.drafting import CONSENT, SHARE, YES, several
from bot.coaching.recognising import Recognised
from bot.domain import check_ins as rules
from bot.domain.barriers import Consent
from bot.domain.check_ins import LONGEST_REPLY, Reflection, State, View, published
from bot.domain.messages import Incoming

#: Somebody who may be seen has a name; nobody else's is kept.
_NAMED = (Consent.NAMED, Consent.OWN_LEADS)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody replied; `consent` is None where they did not say, and then it stays as it is."""

    text: str
    view: View | None = None
    consent: Consent | None = None
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class Author:
    """Whoever replies, and the moment."""

    recognised: Recognised
    at: datetime

    @property
    def zone(self) -> str:
        """Where the partnership is: its weeks are counted there."""
        return self.recognised.plan.zone

    def name(self, consent: Consent) -> str:
        """The name to keep."""
        return self.recognised.person.name if consent in _NAMED else ""


def said_in(values: Mapping[str, str]) -> Said:
    """What a form holds; what is no choice at all is left out."""
    view, consent = values.get(VIEW, ""), values.get(CONSENT, "")
    return Said(
        text=tidied(values.get(REPLY_TEXT, "")),
        view=View(view) if view in list(View) else None,
        consent=Consent(consent) if consent in list(Consent) else None,
        shared=YES in several(values.get(SHARE, "")),
    )


def tidied(text: str) -> str:
    """A text as it is kept."""
    return text.replace("\r\n", "\n").strip()


def author_of(incoming: Incoming, recognised: Recognised) -> Author:
    """Who wrote a message, and when."""
    return Author(recognised=recognised, at=incoming.received_at)


def replied(own: Own, said: Said, author: Author) -> Own:
    """A first reply, one after another was taken back, or what stands corrected.

    One that comes after the next check-in is private: its time to be counted has passed.
    """
    _check(said.text)
    if own.reply is not None:
        return _edited(own, _standing(own, author), said, author)
    if not said.text:
        raise Declined("check_in.refused.empty")
    given = Reflection(
        check_in=own.check_in.id,
        partner=own.check_in.partner,
        partnership=own.check_in.partnership,
        organisation=author.recognised.standing.organisation,
        week=own.check_in.week,
        question=own.shown.id,
        factor=own.shown.factor,
        text=said.text,
        at=author.at,
        view=said.view,
        followed=bool(own.shown.follow_up.ask),
    )
    consent = Consent.PRIVATE if own.late(author.at) else said.consent or Consent.COUNTED
    return own.answered(_seen_by(given, consent, author, shared=said.shared))


def added(own: Own, text: str, author: Author) -> Own:
    """A first reply in plain words, or what stands with these words after it: no message takes another's place."""
    if own.reply is None:
        return replied(own, Said(text=text), author)
    if text in own.reply.text:
        return own
    longer = f"{own.reply.text}\n{text}"
    _check(longer)
    return _edited(own, own.reply, Said(text=longer, view=own.reply.view), author)


def _edited(own: Own, reply: Reflection, said: Said, author: Author) -> Own:
    _still_open(reply, author)
    # An empty text is one that the form could not hold: it stays as it was.
    after = replace(reply, text=said.text or reply.text, view=said.view)
    if said.consent is None or own.late(reply.at):
        return own.answered(after)
    return own.answered(_seen_by(after, said.consent, author, shared=said.shared))


def followed(own: Own, text: str, author: Author) -> Own:
    """The reply with what was said to the one further question."""
    _check(text)
    reply = _standing(own, author)
    _still_open(reply, author)
    return replace(own, given=replace(reply, follow_up=text or reply.follow_up, followed=True))


def consented(own: Own, consent: Consent | None, author: Author, *, shared: bool) -> Own:
    """The reply as others see it from now on; one that came late stays private."""
    reply = _standing(own, author)
    if own.late(reply.at):
        raise Declined("check_in.refused.late")
    return replace(own, given=_seen_by(reply, consent or reply.consent, author, shared=shared))


def withdrawn(own: Own, author: Author) -> Own:
    """The reply taken back: none of its words are left."""
    return replace(own, given=rules.withdrawn(_standing(own, author)))


def undone(own: Own, author: Author) -> Own:
    """The same for what was no reply at all: the check-in waits as before, and makes itself felt no more."""
    after = withdrawn(own, author)
    waits = own.next_asked is None and own.check_in.state is State.ANSWERED
    state = State.ASKED if waits else own.check_in.state
    return replace(after, check_in=replace(own.check_in, state=state))


def wished(own: Own, author: Author) -> Own:
    """The reply with the wish that the board talks about its matter."""
    reply = _standing(own, author)
    _still_open(reply, author)
    if reply.consent is Consent.PRIVATE:
        raise Declined("check_in.refused.private")
    return replace(own, given=replace(reply, agenda=True))


def unwished(own: Own, author: Author) -> Own:
    """The reply without that wish."""
    return replace(own, given=replace(_standing(own, author), agenda=False))


def _seen_by(reply: Reflection, consent: Consent, author: Author, *, shared: bool) -> Reflection:
    private = consent is Consent.PRIVATE
    return replace(
        reply,
        consent=consent,
        shared=shared and not private,
        agenda=reply.agenda and not private,
        name=author.name(consent),
    )


def _standing(own: Own, author: Author) -> Reflection:
    """What somebody replied before they sent this: a message taken up late is not about a reply that came after it."""
    if own.reply is None or author.at < own.reply.at:
        raise Declined("check_in.refused.gone")
    return own.reply


def _still_open(reply: Reflection, author: Author) -> None:
    if published(reply, author.at, author.zone):
        raise Declined("check_in.refused.published")


def _check(text: str) -> None:
    if len(text) > LONGEST_REPLY:
        raise Declined("check_in.refused.too_long", length=f"{len(text):,}", limit=f"{LONGEST_REPLY:,}")
