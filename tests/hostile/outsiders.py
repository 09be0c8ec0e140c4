"""Requests of whoever was not let in: unsigned, forged, misaddressed, no HTTP form at all. Every one is refused."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.adapters.slack import signing
from tests.hostile import slack_payloads, teams_payloads
from tests.hostile.front import CANARY, Front
from tests.hostile.twisting import twisted

Dice = random.Random


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it goes out."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str]
    kind: str = ""


def outsiders(front: Front, count: int, dice: Dice) -> Iterator[Request]:
    """So many requests, of every way in turn."""
    ways: tuple[Callable[[Front, Dice], Request], ...] = (
        _forged_slack,
        _forged_interaction,
        _rubbish_signed,
        _forged_teams,
        _unreadable_teams,
        _callback,
        _page,
        _page_form,
        _upload,
        _nowhere,
    )
    for number in range(count):
        yield ways[number % len(ways)](front, dice)


def dumped(payload: object) -> bytes:
    """As a hostile sender would write it: half characters included."""
    return json.dumps(payload).encode()


def _forged_slack(_: Front, dice: Dice) -> Request:
    payload = dice.choice((*slack_payloads.events(CANARY), *slack_payloads.ends()))
    body = dumped(payload if dice.random() < 0.5 else twisted(payload, dice))
    return Request(method="POST", path="/slack/events", body=body, headers=_forged(body, signing.JSON, dice), kind="s")


def _forged_interaction(_: Front, dice: Dice) -> Request:
    payload = dice.choice(slack_payloads.interactions(CANARY))
    body = urlencode({"payload": json.dumps(payload)}).encode()
    if dice.random() < 0.3:
        body = urlencode(dice.choice(slack_payloads.commands(CANARY))).encode()
    return Request(method="POST", path="/slack/events", body=body, headers=_forged(body, signing.FORM, dice), kind="i")


def _forged(body: bytes, kind: str, dice: Dice) -> dict[str, str]:
    """Headers that are not those of this body, now, with our secret."""
    now = time.time()
    ways: tuple[Callable[[], dict[str, str]], ...] = (
        lambda: {"Content-Type": kind},
        lambda: signing.signed(body, at=now, kind=kind, secret=dice.choice(("", "x", signing.SECRET[:-1]))),
        lambda: signing.signed(body + b" ", at=now, kind=kind),
        lambda: signing.signed(body, at=now - dice.randrange(301, 10**9), kind=kind),
        lambda: signing.signed(body, at=now + dice.randrange(310, 10**6), kind=kind),
        lambda: signing.signed(body, at=now, kind=kind) | {"X-Slack-Signature": "v0=" + "0" * 64},
        lambda: signing.signed(body, at=now, kind=kind) | {"X-Slack-Request-Timestamp": "soon"},
        lambda: {"Authorization": f"Bearer {CANARY}", "Content-Type": kind},
    )
    return dice.choice(ways)()


def _rubbish_signed(_: Front, dice: Dice) -> Request:
    """What is signed and nothing that Slack ever sends: bytes, half a body, fields that are none."""
    whole = dumped(signing.dm(CANARY))
    kind = dice.choice((signing.JSON, signing.FORM, "text/plain", "multipart/form-data; boundary=x", ""))
    body = dice.choice(
        (
            dice.randbytes(200),
            whole[: dice.randrange(1, len(whole) - 1)],
            b"[" * 5_000,
            b"null",
            b"payload=%ff",
            b"a=1&a=1",
        )
    )
    return Request(
        method="POST",
        path="/slack/events",
        body=body,
        headers=signing.signed(body, at=time.time(), kind=kind),
        kind="r",
    )


def _forged_teams(front: Front, dice: Dice) -> Request:
    activity = dice.choice(teams_payloads.activities(front.teams, CANARY))
    body = dumped(activity if dice.random() < 0.5 else twisted(activity, dice))
    token = front.teams.token()
    header, claims, signature = token.split(".")
    forged: tuple[str | None, ...] = (
        None,
        "",
        token,
        "Basic eHg=",
        f"Bearer {header}.{claims}.{signature[::-1]}",
        f"Bearer {header}.{claims}.",
        f"Bearer {front.teams.token(aud=CANARY)}",
        f"Bearer {front.teams.token(iss='https://evil.example')}",
        f"Bearer {front.teams.token(exp=int(time.time()) - 4000)}",
        f"Bearer {front.teams.token(kid='k9')}",
        f"Bearer {CANARY}",
    )
    bearer = dice.choice(forged)
    headers = {"Content-Type": "application/json"} | ({} if bearer is None else {"Authorization": bearer})
    return Request(method="POST", path="/api/messages", body=body, headers=headers, kind="t")


def _unreadable_teams(front: Front, dice: Dice) -> Request:
    bodies = (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 20_000, b"{}", b'{"type": 5}', b"x" * 300_000)
    kind = dice.choice(("application/json", "text/plain", "multipart/form-data", ""))
    headers = {"Content-Type": kind, **(front.teams.bearer() if dice.random() < 0.5 else {})}
    return Request(method="POST", path="/api/messages", body=dice.choice(bodies), headers=headers, kind="u")


_STRANGE = ("", "x", "%00", "%ff%fe", "a" * 3_000, "..%2f..%2fetc", "<script>", CANARY, "null", "%F0%9F%98%80")


def _callback(_: Front, dice: Dice) -> Request:
    """A way back from Slack that nobody was sent on, and methods that the two routes do not have."""
    if dice.random() < 0.2:
        method, path = dice.choice(("POST", "PUT", "DELETE", "PATCH")), dice.choice(("install", "oauth/callback"))
        return Request(method=method, path=f"/slack/{path}", body=b"code=1&state=2", headers={}, kind="c")
    names = dice.sample(("code", "state", "error", "team", "state"), dice.randrange(4))
    query = "&".join(f"{name}={_written(dice.choice(_STRANGE))}" for name in names)
    cookie = dice.choice(("", f"__Host-coach-slack-install={CANARY}", "__Host-coach-slack-install=", "a=b; ;=;"))
    headers = {"Cookie": cookie} if cookie else {}
    return Request(method="GET", path=f"/slack/oauth/callback?{query}", headers=headers, kind="c")


def _written(value: str) -> str:
    return value if "%" in value else quote(value)


_PAGES = ("documents", "digest", "own")


def _token(front: Front, dice: Dice) -> str:
    """A token that was not made for this page: rubbish, another's signature, or another purpose's."""
    links = front.links
    told = ["harbour", "nobody", 4, None, None, 9_999_999_999]
    whole = links.signed("digest-page", told)
    return dice.choice(
        (
            *(each for each in _STRANGE if each),
            "a.b",
            whole[:-2],
            whole + "A",
            whole.swapcase(),
            links.signed("other-purpose", told),
            links.signed("digest-session", [CANARY, 9_999_999_999]),
            links.signed("digest-chart", ["harbour", "2026-W10", None, 1]),
        )
    )


def _page(front: Front, dice: Dice) -> Request:
    path = f"/{dice.choice((*_PAGES, 'digest/chart'))}/{_written(_token(front, dice))}"
    query = dice.choice(
        ("", "?said=sent", f"?file={_written(dice.choice(_STRANGE))}", f"?as={CANARY}", "?download=pdf")
    )
    method = dice.choice(("GET", "GET", "GET", "PUT", "DELETE"))
    return Request(method=method, path=path + query, headers={"Cookie": f"coach={CANARY}"}, kind="p")


def _page_form(front: Front, dice: Dice) -> Request:
    fields = dice.sample((("send", "yes"), ("code", "000000"), ("do", "remove"), ("file", CANARY), ("mark", "x")), 2)
    body = dice.choice((urlencode(fields).encode(), b"\xff=%ff", b"&" * 3_000, b"code=1&code=2", b"x" * 50_000))
    site = dice.choice(({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-origin"}))
    path = f"/{dice.choice(_PAGES)}/{_written(_token(front, dice))}"
    return Request(method="POST", path=path, body=body, headers={"Content-Type": signing.FORM, **site}, kind="f")


def multipart(dice: Dice, mark: str = "x") -> tuple[bytes, str]:
    """A file as a form brings it, or something like one; and its type."""
    marked = f'--b\r\nContent-Disposition: form-data; name="mark"\r\n\r\n{mark}\r\n'.encode()
    name = dice.choice(("a.txt", "../../a.txt", "", CANARY, "a\x00.pdf", "x" * 500 + ".docx", "\u202etxt.exe"))
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    part = marked + f"--b\r\n{disposition}\r\n\r\n{CANARY}\r\n--b--\r\n".encode("utf-8", "replace")
    body = dice.choice((part, part[:-8], b"--b\r\n", b"--b--", b"", dice.randbytes(500), b"--b\r\nX: \xff\r\n\r\n"))
    kind = dice.choice(
        ("multipart/form-data; boundary=b",) * 3 + ("multipart/form-data", "multipart/mixed; boundary=b")
    )
    return body, kind


def _upload(front: Front, dice: Dice) -> Request:
    body, kind = multipart(dice)
    path = f"/documents/{_written(_token(front, dice))}"
    return Request(method="POST", path=path, body=body, headers={"Content-Type": kind}, kind="m")


def _nowhere(_: Front, dice: Dice) -> Request:
    path = dice.choice(
        (
            "/",
            "/metrics",
            "/.env",
            "/slack",
            "/slack/events",
            "/slack/install/x",
            "/api/messages",
            "/api",
            "/healthz/x",
            "/documents/",
            "/digest",
            "/own/",
            "/ask",
            "/%2e%2e/%2e%2e/etc/passwd",
            f"/{CANARY}",
            "//x",
            "/coach.sqlite",
        )
    )
    method = dice.choice(("GET", "PUT", "DELETE", "PATCH", "OPTIONS"))
    return Request(method=method, path=path, headers={"Content-Type": signing.JSON}, kind="n")


def shown(request: Request) -> dict[str, Any]:
    """What a failing test needs to see of one."""
    return {"way": request.kind, "to": f"{request.method} {request.path[:200]}", "body": (request.body or b"")[:300]}
