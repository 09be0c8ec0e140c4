"""The gallery: a page for each language with every card on every platform beside its plain text.

`make gallery` runs this as `python -m tests.gallery.page` and prints where the pages are.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from adapters.slack.context import OPEN_CONTEXT, render_context
from adapters.slack.forms import OPEN_FORM, decoded
from adapters.slack.home import render_home
from adapters.slack.places import Spot
from adapters.slack.render import SlackMessage, pressed, render_form
from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from adapters.web.conversation import Drawn
from adapters.web.drawing import drawing
from bot.domain.cards import Card
from bot.domain.messages import EventKey
from prompts import LOCALES, speaking, words
from tests.adapters.web.fakes import LEAD, FakeCoach, fake_page
from tests.contract.gallery import GALLERY
from tests.gallery import slack_drawing
from tests.gallery.cards import FOLDER, ROOT, Said, beside, chosen, recorded

SPOT = Spot(team="T0HOME", channel="D0ANA", thread="1.2")
#: Draws Teams' cards as Teams does; where it is not installed the JSON stands there.
LIBRARY = ROOT / "tests/clients/node_modules/adaptivecards/dist/adaptivecards.min.js"
_STYLE = """
body { margin: 24px; font: 15px/1.45 "Noto Sans", "Liberation Sans", sans-serif; background: #f4f4f2; color: #222; }
h2 { margin-top: 48px; } h3 { font-size: 15px; color: #555; font-weight: 600; margin: 32px 0 8px; }
.four { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 16px; align-items: start; }
.plain { white-space: pre-wrap; font: 13px/1.4 monospace; background: #fff; border: 1px solid #ddd; padding: 12px;
  overflow-wrap: anywhere; } .teams { background: #fff; border: 1px solid #ddd; border-radius: 6px; padding: 4px;
  margin-bottom: 8px; max-width: 560px; } .teams pre { white-space: pre-wrap; font-size: 11px; }
.thumbs { color: #616161; padding: 0 12px 8px; } nav a { margin-right: 12px; }
.ac-pushButton { border: 1px solid #c7c7c7; border-radius: 4px; background: #fff; padding: 6px 12px; font-weight: 600;
  white-space: normal !important; height: auto !important; } .ac-textInput, .ac-multichoiceInput { width: 100%;
  padding: 6px; border: 1px solid #ccc; box-sizing: border-box; font: inherit; background: #fff; }
.web { background: #fff; padding: 12px; border: 1px solid #ddd; }
"""
_DRAW = """
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = text.replace(/&/g, "&amp;")
  .replace(/</g, "&lt;").replace(/\\*\\*(.+?)\\*\\*/g, "<b>$1</b>"); result.didProcess = true; };
window.complaints = [];
for (const place of document.querySelectorAll(".teams[data-card]")) {
  const card = new AdaptiveCards.AdaptiveCard(), known = new AdaptiveCards.SerializationContext();
  card.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: "Segoe UI, Noto Sans, sans-serif",
    supportsInteractivity: true, actions: { maxActions: 20, actionsOrientation: "horizontal", buttonSpacing: 8 } });
  card.parse(JSON.parse(place.dataset.card), known);
  for (let each = 0; each < known.eventCount; each++) complaints.push(known.getEventAt(each).message);
  place.replaceChildren(card.render());
}
"""


def pages() -> Iterator[Path]:
    """Write the gallery, a file for each language."""
    english = chosen(recorded("en"))
    for locale in LOCALES:
        others = recorded(locale) if locale != LOCALES[0] else ()
        cards = [(each, each if locale == LOCALES[0] else beside(each, others)) for each in english]
        file = FOLDER / f"{locale}.html"
        with speaking(locale):
            file.write_text(_page(locale, [(one.made_in, two) for one, two in cards if two]), encoding="utf-8")
        yield file


def opened(message: SlackMessage) -> Iterator[dict[str, Any]]:
    """The views that the buttons of a message open in Slack."""
    for block in message.blocks:
        for each in block.get("elements", []):
            if each.get("type") == "button" and pressed(each["action_id"]) == OPEN_CONTEXT:
                yield render_context(each["value"], words())
            if each.get("type") == "button" and pressed(each["action_id"]) == OPEN_FORM:
                yield render_form(decoded(each["value"]), SPOT, words())


def slack(card: Card, made_in: str) -> str:
    """A card in Slack; on the Home tab where it is made for that."""
    if made_in == "home.card.home_card":
        return slack_drawing.messages([render_home(card, words())["blocks"]])
    said = in_slack(card, words())
    drawn = slack_drawing.messages(message.blocks for message in said)
    forms = [view for message in said for view in opened(message) if "submit" in view]
    return drawn + "".join(map(slack_drawing.modal, forms))


def teams(card: Card) -> str:
    """A card in Teams: the library draws it once the page is open."""
    drawn = []
    for activity in in_teams(card, words()):
        content = json.dumps(activity["attachments"][0]["content"], ensure_ascii=False)
        inside = "" if LIBRARY.exists() else f"<pre>{escape(content)}</pre>"
        drawn.append(f'<div class="teams" data-card="{escape(content)}">{inside}</div>')
        if "feedbackLoop" in activity.get("channelData", {}):
            drawn.append('<div class="thumbs">👍 👎</div>')
    return "".join(drawn)


def web(card: Card) -> str:
    """A card on the page."""
    page = drawing(fake_page(FakeCoach(answers_after=2), port=8123))
    template = page.templates.get_template("card.html")
    shown = [card, *card.more]
    drawn = [Drawn(key=EventKey("web:gallery"), number=number, card=each) for number, each in enumerate(shown)]
    return "".join(
        template.render(page=page.page, me=LEAD, card=each.card, drawn=each, card_place=f"c{each.number}")
        for each in drawn
    )


def _page(locale: str, cards: Iterable[tuple[str, Said]]) -> str:
    parts, section, names = [], "", []
    for made_in, said in cards:
        if said.section != section:
            section = said.section
            names.append(section)
            parts.append(f'<h2 id="{section}">{section}</h2>')
        parts.append(_row(made_in, said.card))
    if locale == LOCALES[0]:
        names.append("awkward")
        parts.append('<h2 id="awkward">awkward</h2>')
        parts += [_row(name, card) for name, card in GALLERY.items()]
    ways = "".join(f'<a href="#{name}">{name}</a>' for name in names)
    script = (
        f"<script>{LIBRARY.read_text(encoding='utf-8')}</script><script>{_DRAW}</script>" if LIBRARY.exists() else ""
    )
    own = (ROOT / "adapters/web/static/page.css").read_text(encoding="utf-8").replace(":root", ":scope")
    style = f"{_STYLE}{slack_drawing.STYLE}@scope (.web) {{ {own} }}"
    nothing_live = """<meta http-equiv="Content-Security-Policy" content="img-src 'none'; form-action 'none'">"""
    head = f'<meta charset="utf-8">{nothing_live}<title>Gallery, {locale}</title><style>{style}</style>'
    return f'<!doctype html><html lang="{locale}">{head}<nav>{ways}</nav>{"".join(parts)}{script}</html>\n'


def _row(made_in: str, card: Card) -> str:
    name = re.sub(r"[^\w]+", "-", made_in)
    columns = (f"<div>{slack(card, made_in)}</div>", f"<div>{teams(card)}</div>", f'<div class="web">{web(card)}</div>')
    said = "\n\n".join(each.plain for each in (card, *card.more))
    plain = f'<div class="plain">{escape(said)}</div>'
    return f'<section id="{name}"><h3>{escape(made_in)}</h3><div class="four">{"".join(columns)}{plain}</div></section>'


if __name__ == "__main__":
    for locale in LOCALES:
        recorded(locale, anew=True)
    for file in pages():
        sys.stdout.write(f"{file}\n")
