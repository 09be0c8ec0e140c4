"""What the coach hears in a channel, as a card with the form that changes it."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.coaching.check_ins.reply_saving import Declined
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.channel_modes import ChannelRule, Mode
from bot.domain.messages import Place
from knowledge.documents import Source
from prompts import Words

#: The actions of the button and of the form.
SHOW, SAVE = "channel", "channel-save"
#: The fields of the form, which hold choices.
MODE, DOCUMENTS = "channel_mode", "channel_documents"
CHOICES = frozenset({MODE, DOCUMENTS})
#: More documents than these are named by their titles, a line each: nobody finds one among so many.
MOST_CHOICES = 40
#: Titles longer than this may not fit in a platform's field, which is then empty for “as it was”.
_LONGEST_SHOWN = 1_000
#: So many are named on the card.
_MOST_NAMED = 10


def channel_card(rule: ChannelRule, seen: Sequence[Source], words: Words, *, lead: bool) -> Card:
    """What holds in a channel; `seen` are the documents that the reader, who cannot change it, may know of."""
    return Card(
        title=words("channel.title"),
        paragraphs=(Paragraph(text=words("channel.text")),),
        facts=_facts(rule, seen, words),
        note=words("channel.others" if lead else "channel.leads_only"),
    )


def form_card(rule: ChannelRule, channel: Place, seen: Sequence[Source], words: Words) -> Card:
    """The same for a lead, with the form that changes it."""
    form = Form(id=SAVE, submit=words("channel.submit"), fields=_fields(rule, seen, words), value=channel)
    return replace(channel_card(rule, seen, words, lead=True), form=form, note=words("channel.every_note"))


def saved_card(rule: ChannelRule, channel: Place, seen: Sequence[Source], words: Words) -> Card:
    """What holds from now on."""
    return Card(
        title=words("channel.saved"),
        facts=_facts(rule, seen, words),
        buttons=(Button(label=words("channel.change"), action=SHOW, value=channel),),
    )


def chosen_files(sent: str, seen: Sequence[Source], before: Collection[str]) -> tuple[str, ...]:
    """The files that somebody chose or named by their titles; raises `Declined` for a title that they may not see."""
    if len(seen) <= MOST_CHOICES:
        chosen = sent.split(",")
        return tuple(source.file for source in seen if mark(source) in chosen)
    titles = [line.strip() for line in sent.splitlines() if line.strip()]
    if not titles and len(_titles(seen, before)) > _LONGEST_SHOWN:
        return tuple(source.file for source in seen if source.file in before)
    return tuple(dict.fromkeys(file for title in titles for file in _files(title, seen)))


def mark(source: Source) -> str:
    """What stands for a document in a form: a file's name may be long and have a comma."""
    return hashlib.sha256(source.file.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _files(title: str, seen: Sequence[Source]) -> tuple[str, ...]:
    found = tuple(source.file for source in seen if source.title.casefold() == title.casefold())
    if not found:
        raise Declined("channel.unknown_title", title=title)
    return found


def _titles(seen: Sequence[Source], chosen: Collection[str]) -> str:
    return "\n".join(source.title for source in seen if source.file in chosen)


def _facts(rule: ChannelRule, seen: Sequence[Source], words: Words) -> tuple[Fact, ...]:
    return (
        Fact(name=words("channel.label"), value=words(f"channel.mode.{rule.mode}")),
        Fact(name=words("channel.documents_label"), value=_named(rule, seen, words)),
    )


def _named(rule: ChannelRule, seen: Sequence[Source], words: Words) -> str:
    """The titles of what answers come from, of those that the reader may know of."""
    if not rule.documents:
        return words("channel.all_documents")
    titles = [source.title for source in seen if source.file in rule.documents]
    return "; ".join([*titles[:_MOST_NAMED], *(["…"] if len(titles) > _MOST_NAMED else [])]) or "…"


def _fields(rule: ChannelRule, seen: Sequence[Source], words: Words) -> tuple[Field, ...]:
    modes = tuple((mode.value, words(f"channel.mode.{mode}")) for mode in Mode)
    mode = Field(id=MODE, label=words("channel.label"), input=Input.CHOICE, choices=modes, initial=rule.mode.value)
    return (mode, _documents(rule, seen, words)) if seen else (mode,)


def _documents(rule: ChannelRule, seen: Sequence[Source], words: Words) -> Field:
    if len(seen) > MOST_CHOICES:
        return Field(
            id=DOCUMENTS,
            label=words("channel.documents_label"),
            input=Input.TEXT,
            required=False,
            hint=words("channel.titles_hint"),
            initial=_titles(seen, rule.documents),
        )
    return Field(
        id=DOCUMENTS,
        label=words("channel.documents_label"),
        input=Input.CHOICES,
        choices=tuple((mark(source), source.title) for source in seen),
        required=False,
        hint=words("channel.documents_hint"),
        initial=",".join(mark(source) for source in seen if source.file in rule.documents),
    )
