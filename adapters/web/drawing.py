"""The page as HTML: what the templates are given. All words come from `page.*`, all other text is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.web.asked import Asked
from adapters.web.conversation import flowing, in_context, turns
from adapters.web.page import Page
from bot.delivery.ports import Utterance
from bot.domain.cards import straight
from bot.domain.people import Partner, PartnerId
from prompts import LOCALES, Words, words

#: A page without JavaScript reloads itself at most this many times while it waits.
MOST_CHECKS = 20
_SLOWEST_CHECK_S = 5


def address(partner: PartnerId, **more: object) -> str:
    """Where a partner's conversation is read, at its latest entry."""
    return f"/?{urlencode({'as': partner, **more})}#latest"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Draws one page's HTML."""

    page: Page
    templates: Environment

    def chooser(self) -> str:
        """The page on which a person chooses whom to be."""
        return self._draw("page.html", me=None, title=self.page.words("page.title"))

    def conversation_page(self, partner: Partner, said: Sequence[Utterance], checks: int) -> str:
        """The page of one partner; `checks` counts how often it has reloaded itself while it waited."""
        shown = turns(said)
        waiting = any(turn.waiting for turn in shown)
        return self._draw(
            "page.html",
            me=partner,
            title=self.page.words("page.title_as", name=partner.name),
            shown=shown,
            now=self.page.clock(),
            event=self.page.new_id(),
            suggested_event=self.page.new_id(),
            check_after=min(1 + checks, _SLOWEST_CHECK_S) if waiting and checks < MOST_CHECKS else None,
            check_at=address(partner.id, check=checks + 1),
        )

    def conversation(self, partner: Partner, said: Sequence[Utterance]) -> str:
        """What was said, alone: the part of the page that changes. The same transcript gives the same text."""
        return self._draw("conversation.html", me=partner, shown=turns(said), now=self.page.clock())

    def error(self, sentence: str, draft: Asked | None = None) -> str:
        """A page that says what is wrong; with a `draft`, the person's words are there to send again."""
        return self._draw("error.html", sentence=sentence, draft=draft, title=self.page.words("page.error.title"))

    def _draw(self, template: str, **values: object) -> str:
        return self.templates.get_template(template).render(page=self.page, **values)


def _shown(value: object) -> object:
    """Text as the page shows it: none of it turns the direction of what comes after."""
    return straight(value) if type(value) is str else value


def _in_language(own: Words, locale: str) -> Words:
    """What stands around a card in the card's language; an empty one is the page's own."""
    return words(locale) if locale in LOCALES else own


def drawing(page: Page) -> Drawing:
    """A drawing of this page; a name that a template misspells is an error."""
    templates = Environment(
        loader=PackageLoader("adapters.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["words"] = page.words
    templates.globals["in_language"] = _in_language
    templates.globals["address"] = address
    templates.filters["flowing"] = flowing
    templates.filters["in_context"] = in_context
    return Drawing(page=page, templates=templates)
