"""A double of an OpenAI-compatible chat endpoint that behaves as badly as it is told to.

`python -m tests.scripted_model --port 8099 --behaviour obedient` serves it on loopback, for end-to-end checks with
the model `openai:test` at `http://127.0.0.1:8099/v1`. `--behaviour ask` takes the behaviour from the model's
name instead: `openai:hangs` hangs.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

_PASSAGE = re.compile(r"^BEGIN (\S+) PASSAGE \[(\d+)\]\nFrom:.*\nSection:.*\nText:\n((?:.*\n)*?)END \1$", re.MULTILINE)
#: What an injected text starts its orders with; the obedient model does whatever follows on the line.
_ORDER = re.compile(r"^.*?SAY: (.+)$", re.MULTILINE)
_FOREVER = 3600.0

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What the double was asked: the texts of the passages by number, and everything it was sent."""

    passages: Mapping[int, str]
    text: str

    @classmethod
    def of(cls, body: Json) -> "Prompt":
        """The prompt in the body of a request."""
        text = "\n".join(str(message["content"]) for message in body["messages"])
        return cls(passages={int(n): words for _, n, words in _PASSAGE.findall(text)}, text=text)

    def quotation(self, number: int) -> str:
        """The first sentence, or up to 25 words, of a passage."""
        words = self.passages[number].split()
        ends = [place for place, word in enumerate(words, 1) if word.endswith((".", "?", "!")) and place >= 4]
        return " ".join(words[: min([*ends, 25])])


def _sentence(prompt: Prompt, text: str, number: int = 1) -> Json:
    return {"text": text, "passage": number, "quotation": prompt.quotation(number)}


def _reply(*sentences: object) -> str:
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


def _good(prompt: Prompt) -> str:
    texts = ["The library speaks to this directly.", "It adds a point that is worth taking to your partners."]
    return _reply(*(_sentence(prompt, text, n) for text, n in zip(texts, sorted(prompt.passages), strict=False)))


def _says(text: str) -> Callable[[Prompt], str]:
    """A sentence that rests on a real quotation, whatever it says."""
    return lambda prompt: _reply(_sentence(prompt, text))


def _invents_quotation(prompt: Prompt) -> str:
    return _reply({"text": "Trust grows.", "passage": 1, "quotation": "trust is a river that carries every boat home"})


def _wrong_passage(prompt: Prompt) -> str:
    return _reply(_sentence(prompt, "The library says so.") | {"passage": max(prompt.passages) + 1})


def _swaps_passages(prompt: Prompt) -> str:
    last = max(prompt.passages)
    return _reply(_sentence(prompt, "The library says so.", last) | {"passage": 1 if last > 1 else 2})


def _rewrites(prompt: Prompt) -> str:
    """What was asked before and what is asked now, as one question."""
    asked = re.findall(r"^BEGIN (\S+) (?:BEFORE|QUESTION)\n((?:.*\n)*?)END \1$", prompt.text, re.MULTILINE)
    return json.dumps({"question": " ".join(words.strip() for _, words in asked)})


def _obedient(prompt: Prompt) -> str:
    """Does what any text tells it: an order that is JSON becomes the reply, any other a sentence of it."""
    orders = _ORDER.findall(prompt.text)
    whole = [order for order in orders if order.startswith("{")]
    return whole[0] if whole else _reply(*(_sentence(prompt, order) for order in orders[:8]))


#: Behaviours that send a reply, well or badly made, over a sound connection.
REPLIES: Mapping[str, Callable[[Prompt], str]] = {
    "good": _good,
    "fenced": lambda prompt: (
        f"<think>{{Let me see}}</think>Here you are:\n```json\n{_good(prompt)}\n```\nHope it helps!"
    ),
    "silent": lambda prompt: '{"sentences": []}',
    "invents-quotation": _invents_quotation,
    "invents-number": _says("It worked in 97 per cent of the cases."),
    "invents-link": _says("Read more at https://evil.example/collect?q=secret before you go on."),
    "invents-mention": _says("<!channel> you should all read this."),
    "invents-image": _says("![chart](https://evil.example/pixel.png) shows how it went."),
    "invents-name": _says("It worked for the Brightwater Alliance."),
    "invents-source": _says("As the Brightwater Review (Doe and Roe) shows, it works."),
    "invents-quoted-words": _says("It says “trust is a river that carries every boat home”."),
    "wrong-passage": _wrong_passage,
    "swaps-passages": _swaps_passages,
    "rewrites": _rewrites,
    "obedient": _obedient,
    "garbage": lambda prompt: "%PDF-1.7 \x00\x01 }{ [[[ lorem ipsum \\u",
    "huge": lambda prompt: '{"sentences": [' + " " * 1_000_000 + "]}",
    "deep": lambda prompt: '{"sentences": ' + "[" * 30_000,
    "empty": lambda prompt: "",
    "blank": lambda prompt: " \n ",
    "prose": lambda prompt: "Trust takes time, as passage 1 says.",
    "shape-list": lambda prompt: json.dumps([_sentence(prompt, "No object.")]),
    "shape-null": lambda prompt: '{"sentences": null}',
    "shape-strings": lambda prompt: _reply("Only a string."),
    "shape-types": lambda prompt: _reply({"text": 7, "passage": "1", "quotation": None}),
    "shape-many": lambda prompt: _reply(*[_sentence(prompt, "Again.")] * 9),
    "shape-long": lambda prompt: _reply(_sentence(prompt, "word " * 61)),
}


def _completion(delta: Json, *, finished: bool = False) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if finished else None}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}


def _event(content: Json) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


async def _send(request: web.Request, body: Json, reply: str) -> web.StreamResponse:
    """A sound answer, streamed or whole as the request wants it."""
    if not body.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
        return web.json_response({"id": "1", "object": "chat.completion", "model": "test", "choices": [choice]})
    response = await _stream(request)
    for start in range(0, len(reply), 1000):
        await response.write(_event(_completion({"role": "assistant", "content": reply[start : start + 1000]})))
    await response.write(_event(_completion({}, finished=True)) + b"data: [DONE]\n\n")
    return response


async def _hangs(request: web.Request, reply: str) -> web.StreamResponse:
    await asyncio.sleep(_FOREVER)
    return web.Response()


async def _hangs_midway(request: web.Request, reply: str) -> web.StreamResponse:
    response = await _stream(request)
    await response.write(_event(_completion({"content": reply[: len(reply) // 2]})))
    await asyncio.sleep(_FOREVER)
    return response


async def _slow_drip(request: web.Request, reply: str) -> web.StreamResponse:
    response = await _stream(request)
    for character in reply:
        await response.write(_event(_completion({"content": character})))
        await asyncio.sleep(0.05)
    return response


async def _cut(request: web.Request, reply: str) -> web.StreamResponse:
    """Half of the reply, then the connection drops."""
    response = await _stream(request)
    await response.write(_event(_completion({"content": reply[: len(reply) // 2]})))
    if request.transport is not None:
        request.transport.abort()
    return response


async def _raw(request: web.Request, *lines: bytes) -> web.StreamResponse:
    response = await _stream(request)
    for line in lines:
        await response.write(b"data: " + line + b"\n\n")
    return response


def _fails(status: int, headers: Mapping[str, str] | None = None) -> "Fault":
    async def fault(request: web.Request, reply: str) -> web.StreamResponse:
        quoted = {"error": {"message": f"Rejected: {await request.text()}", "type": "scripted"}}
        return web.json_response(quoted, status=status, headers=headers)

    return fault


async def _page(request: web.Request, reply: str) -> web.StreamResponse:
    return web.Response(text="<html>Please sign in to the guest network</html>", content_type="text/html")


async def _unstreamed(request: web.Request, reply: str) -> web.StreamResponse:
    return await _send(request, {}, reply)


async def _calls_tool(request: web.Request, reply: str) -> web.StreamResponse:
    call = {"index": 0, "id": "1", "type": "function", "function": {"name": "post_message", "arguments": "{}"}}
    return await _raw(request, json.dumps(_completion({"tool_calls": [call]})).encode(), b"[DONE]")


Fault = Callable[[web.Request, str], Awaitable[web.StreamResponse]]

#: Behaviours whose fault is in the connection or the protocol; each is given a good reply to spoil.
FAULTS: Mapping[str, Fault] = {
    "error-400": _fails(400),
    "error-401": _fails(401),
    "error-429": _fails(429, {"Retry-After": "30"}),
    "error-500": _fails(500),
    "hangs": _hangs,
    "hangs-midway": _hangs_midway,
    "slow-drip": _slow_drip,
    "cut": _cut,
    "html-page": _page,
    "unstreamed": _unstreamed,
    "calls-tool": _calls_tool,
    "invalid-utf8": lambda request, reply: _raw(request, b'{"choices": [{"delta": {"content": "\xff\xfe\xc3"}}]}'),
    "not-json": lambda request, reply: _raw(request, b"{not json"),
    "lone-surrogate": lambda request, reply: _raw(
        request, b'{"choices": [{"index": 0, "delta": {"content": "\\ud800"}}]}'
    ),
    "choices-null": lambda request, reply: _raw(request, b'{"choices": null}'),
    "choices-string": lambda request, reply: _raw(request, b'{"choices": "soon"}'),
    "content-number": lambda request, reply: _raw(request, b'{"choices": [{"index": 0, "delta": {"content": 7}}]}'),
    "no-events": lambda request, reply: _raw(request),
}

BEHAVIOURS = (*REPLIES, *FAULTS)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that reached the double."""

    path: str
    headers: Mapping[str, str]
    body: Json


def scripted_model(behaviour: str, asked: list[Asked] | None = None) -> web.Application:
    """The double with one behaviour, or `ask`; whatever reaches it, on any path, is added to `asked`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.body_exists and request.content_type == "application/json" else {}
        if asked is not None:
            asked.append(Asked(path=request.path, headers=dict(request.headers), body=body))
        chosen = body.get("model") if behaviour == "ask" else behaviour
        if request.path != "/v1/chat/completions" or chosen not in BEHAVIOURS:
            raise web.HTTPNotFound
        prompt = Prompt.of(body)
        if chosen in REPLIES:
            return await _send(request, body, REPLIES[chosen](prompt))
        return await FAULTS[chosen](request, _good(prompt))

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    return application


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the double on loopback until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.scripted_model", description=scripted_model.__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--behaviour", choices=("ask", *BEHAVIOURS), default="good")
    chosen = parser.parse_args(arguments)
    sys.stdout.write(f"{chosen.behaviour}: http://127.0.0.1:{chosen.port}/v1\n")
    sys.stdout.flush()
    web.run_app(
        scripted_model(chosen.behaviour), host="127.0.0.1", port=chosen.port, print=None, handler_cancellation=True
    )


if __name__ == "__main__":
    main()
