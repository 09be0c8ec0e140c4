"""The commands of roles: partners, organisations, leads, and the end of a partnership."""

import re
from dataclasses import dataclass
from functools import lru_cache

from prompts import Words

#: The names of the commands; `partners.calls` has how each is called.
PARTNERS, ADD_PARTNER, REMOVE_PARTNER = "partners", "partners_add", "partners_remove"
ORGANISATIONS, ADD_ORGANISATION, REMOVE_ORGANISATION = "organisations", "organisations_add", "organisations_remove"
HAND_OVER, INVITE_LEAD, STEP_DOWN, WIND_UP = "hand_over", "invite_lead", "step_down", "wind_up"
ROLE_COMMANDS = (
    PARTNERS,
    ADD_PARTNER,
    REMOVE_PARTNER,
    ORGANISATIONS,
    ADD_ORGANISATION,
    REMOVE_ORGANISATION,
    HAND_OVER,
    INVITE_LEAD,
    STEP_DOWN,
    WIND_UP,
)
#: Those after which an address may stand, and those after which a name may.
_ADDRESSED = frozenset({ADD_PARTNER, REMOVE_PARTNER, HAND_OVER, INVITE_LEAD})
_NAMED = frozenset({ADD_PARTNER, ADD_ORGANISATION, REMOVE_ORGANISATION})
#: More words than this after a call name nobody.
_MOST_WORDS = 10
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")


@dataclass(frozen=True, kw_only=True)
class Named:
    """What stands after a call: an address, the name that follows it, and whether they shall lead."""

    email: str
    name: str
    lead: bool


def role_command(said: str, plain: str, words: Words) -> tuple[str, str] | None:
    """The name of the command that a message is and what stands after its call, or None.

    A call that goes on with anything but an address or a short name is a question about the library.
    """
    for call, name in _calls(_texts(words)):
        if plain == call:
            return None if said.endswith("?") else (name, "")
        found = re.match(rf"{_spaced(call)}\s*:?\s+", said, re.IGNORECASE)
        if found is not None and _goes_on(name, said[found.end() :], words):
            return name, said[found.end() :].strip()
    return None


def named_in(rest: str, words: Words) -> Named:
    """What somebody wrote after a call, such as `a@b.example to the council lead`."""
    found = _ADDRESS.search(rest)
    left = " ".join(_ADDRESS.sub(" ", re.sub(r"<?mailto:\S*?\|?", " ", rest)).replace("|", " ").strip(" <>").split())
    last = left.rpartition(" ")[2].lower().strip(".")
    lead = last in _listed(words.in_every_language("partners.calls.as_lead"))
    left = left.rpartition(" ")[0] if lead else left
    first, _, name = left.partition(" ")
    left = name if first.lower() in _listed(words.in_every_language("partners.calls.to")) else left
    return Named(email=found[0].lower() if found else "", name=left.strip(" .<>"), lead=lead)


def _goes_on(name: str, rest: str, words: Words) -> bool:
    if rest.rstrip().endswith("?") or not 0 < len(rest.split()) <= _MOST_WORDS:
        return False
    if name in _ADDRESSED and _ADDRESS.search(rest):
        return True
    if name == ADD_PARTNER:
        return rest.split(maxsplit=1)[0].lower() in _listed(words.in_every_language("partners.calls.to"))
    return name in _NAMED


def _texts(words: Words) -> tuple[tuple[str, ...], ...]:
    return tuple(words.in_every_language(f"partners.calls.{name}") for name in ROLE_COMMANDS)


@lru_cache(maxsize=8)
def _calls(texts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, str], ...]:
    """Every call with its command's name, the longest first."""
    found = [(call, name) for name, each in zip(ROLE_COMMANDS, texts, strict=True) for call in sorted(_listed(each))]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def _listed(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each.strip() for text in texts for each in text.split(","))


@lru_cache(maxsize=256)
def _spaced(call: str) -> str:
    return r"\s+".join(map(re.escape, call.split()))
