"""Block Kit as HTML, plain enough to read: what Slack would show of a message, of a form it opens and of a Home tab."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

Block = Mapping[str, Any]

STYLE = """
.slack { font: 15px/1.47 Lato, "Noto Sans", "Liberation Sans", sans-serif; color: #1d1c1d; background: #fff;
  border: 1px solid #ddd; border-radius: 8px; padding: 12px 16px; overflow-wrap: anywhere; max-width: 640px; }
.slack h4 { font-size: 18px; line-height: 1.3; margin: 4px 0 8px; } .slack p { margin: 4px 0; white-space: pre-wrap; }
.slack ul { margin: 4px 0; padding-left: 24px; } .slack a { color: #1264a3; }
.slack blockquote { border-left: 4px solid #ddd; margin: 8px 0; padding-left: 12px; white-space: pre-wrap; }
.slack .context { color: #616061; font-size: 13px; white-space: pre-wrap; } .slack img { max-width: 100%; }
.slack .row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
.slack .button { border: 1px solid #bbb; border-radius: 8px; padding: 4px 12px; font-weight: 700; font-size: 14px; }
.slack .primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.slack .danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.slack .vote { border: 1px solid #ddd; border-radius: 16px; padding: 2px 10px; font-size: 13px; color: #616061; }
.slack .split { display: flex; justify-content: space-between; gap: 16px; align-items: start; }
.slack label { display: block; font-weight: 700; margin: 12px 0 4px; } .slack small { color: #616061; }
.slack .field { border: 1px solid #8d8d8d; border-radius: 4px; padding: 6px 10px; white-space: pre-wrap; }
.slack .tall { min-height: 72px; } .slack .modal { border: 1px solid #bbb; border-radius: 8px; margin-top: 12px;
  padding: 12px 20px; box-shadow: 0 4px 16px #0002; } .slack .modal > header { font-weight: 900; font-size: 18px; }
.slack .modal > footer { display: flex; justify-content: end; gap: 8px; margin-top: 16px; }
"""


def messages(drawn: Iterable[Iterable[Block]]) -> str:
    """Messages, one under the other."""
    return "".join(f'<div class="slack">{blocks(each)}</div>' for each in drawn)


def modal(view: Block) -> str:
    """A form that a button opens."""
    ends = [f'<span class="button">{_text(view["close"])}</span>'] if "close" in view else []
    ends += [f'<span class="button primary">{_text(view["submit"])}</span>'] if "submit" in view else []
    head, foot = f"<header>{_text(view['title'])}</header>", f"<footer>{''.join(ends)}</footer>" if ends else ""
    return f'<div class="slack"><div class="modal">{head}{blocks(view["blocks"])}{foot}</div></div>'


def blocks(drawn: Iterable[Block]) -> str:
    """The blocks of a message or a view; a kind that this does not know is a KeyError."""
    return "".join(_BLOCKS[each["type"]](each) for each in drawn)


def _text(node: Block) -> str:
    return escape(node["text"])


def _section(block: Block) -> str:
    text = f"<p>{_text(block['text'])}</p>"
    return f'<div class="split">{text}{_element(block["accessory"])}</div>' if "accessory" in block else text


def _context(block: Block) -> str:
    return "".join(f'<div class="context">{_text(each)}</div>' for each in block["elements"])


def _actions(block: Block) -> str:
    return f'<div class="row">{"".join(_element(each) for each in block["elements"])}</div>'


def _votes(block: Block) -> str:
    halves = [(each[name], mark) for each in block["elements"] for name, mark in _HALVES]
    shown = [f'<span class="vote">{mark} {escape(half["text"]["text"])}</span>' for half, mark in halves]
    return f'<div class="row">{"".join(shown)}</div>'


def _input(block: Block) -> str:
    optional = " <small>(optional)</small>" if block.get("optional") else ""
    hint = f"<small>{_text(block['hint'])}</small>" if "hint" in block else ""
    return f"<label>{_text(block['label'])}{optional}</label>{_element(block['element'])}{hint}"


def _element(element: Block) -> str:
    kind = element["type"]
    if kind == "button":
        return f'<span class="button {escape(element.get("style", ""))}">{_text(element["text"])}</span>'
    if kind == "plain_text_input":
        tall = "field tall" if element.get("multiline") else "field"
        return f'<div class="{tall}">{escape(element.get("initial_value", "")) or "&nbsp;"}</div>'
    if kind.endswith("select"):
        return f'<div class="field">{", ".join(_chosen(element)) or "&nbsp;"} ▾</div>'
    on, off = ("☑", "☐") if kind == "checkboxes" else ("◉", "○")
    chosen = _chosen(element)
    return "".join(
        f"<div>{on if _text(each['text']) in chosen else off} {_text(each['text'])}</div>"
        for each in element["options"]
    )


def _chosen(element: Block) -> list[str]:
    stands = [*element.get("initial_options", ()), element.get("initial_option")]
    return [_text(each["text"]) for each in stands if each]


def _rich(block: Block) -> str:
    return "".join(_rich_part(each) for each in block["elements"])


def _rich_part(part: Block) -> str:
    if part["type"] == "rich_text_list":
        return f"<ul>{''.join(f'<li>{_runs(each)}</li>' for each in part['elements'])}</ul>"
    tag = "blockquote" if part["type"] == "rich_text_quote" else "p"
    return f"<{tag}>{_runs(part)}</{tag}>"


def _runs(part: Block) -> str:
    return "".join(_run(each) for each in part["elements"])


def _run(run: Block) -> str:
    text = _text(run)
    if run["type"] == "link":
        return f'<a href="{escape(run["url"])}">{text}</a>'
    return f"<b>{text}</b>" if run.get("style", {}).get("bold") else text


_HALVES = (("positive_button", "👍"), ("negative_button", "👎"))
_BLOCKS = {
    "header": lambda block: f"<h4>{_text(block['text'])}</h4>",
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _votes,
    "input": _input,
    "image": lambda block: f'<img src="{escape(block["image_url"])}" alt="{escape(block["alt_text"])}">',
    "divider": lambda _: "<hr>",
    "rich_text": _rich,
}
