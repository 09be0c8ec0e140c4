"""Payloads of a platform with some of their parts twisted: missing, too long, too deep, of another kind."""

import copy
import random
from typing import Any

from tests.hostile.front import CANARY

Json = dict[str, Any]

_LONG, _DEEP = 40_000, 60


def _deep() -> Any:
    found: Any = CANARY
    for _ in range(_DEEP):
        found = [found]
    return found


#: What may stand where something else should.
STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**40,
    1.5,
    "",
    " ",
    CANARY,
    CANARY * (_LONG // len(CANARY)),
    "\x00",
    f"{CANARY}\u0000\u202e\ufeff",
    "\ud800",
    "{{7*7}}${jndi:ldap://x}",
    "'; DROP TABLE partner; --",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "http://169.254.169.254/latest",
    "U0ANA/../U0FAR",
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"id": {}},
    {"type": CANARY, "value": [CANARY]},
    _deep(),
)


def twisted(payload: Json, dice: random.Random, most: int = 4) -> Json:
    """The same with one to `most` of its parts twisted."""
    found: Json = copy.deepcopy(payload)
    for _ in range(dice.randrange(1, most + 1)):
        _twist(found, dice)
    return found


def _twist(payload: Json, dice: random.Random) -> None:
    holder, name = _somewhere(payload, dice)
    way = dice.randrange(4)
    if way == 0:
        del holder[name]
    elif way == 1 and isinstance(holder, dict):
        holder[f"{name}{dice.choice(('', 's', '_id'))}"] = holder.pop(name)
    elif way == 2 and isinstance(holder[name], str):
        holder[name] = _bent(holder[name], dice)
    else:
        holder[name] = copy.deepcopy(dice.choice(STRANGE))


def _bent(said: str, dice: random.Random) -> str:
    at = dice.randrange(len(said) + 1)
    return said[:at] + str(dice.choice(("\x00", "/", "\n", "é", "😀", "%", CANARY, "\ud800"))) + said[at:]


def _somewhere(payload: Json, dice: random.Random) -> tuple[Any, Any]:
    """A part at any depth: what holds it, and its name there."""
    holder: Any = payload
    while True:
        names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not names:
            holder.update({"x": None}) if isinstance(holder, dict) else holder.append(None)
            continue
        name = dice.choice(names)
        inner = holder[name]
        if not isinstance(inner, dict | list) or not inner or dice.random() < 0.25:
            return holder, name
        holder = inner
