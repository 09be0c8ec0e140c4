"""What Slack delivers again has one effect, and what was not kept is delivered again."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.app import PATH, SlackApp
from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from bot.domain.messages import Incoming
from prompts import words
from tests.adapters.slack.signing import NOW, SECRET, as_json, dm, signed
from tests.slack_double import pushing


async def test_an_event_that_was_not_kept_comes_again_and_is_kept_once(looking: Looking) -> None:
    kept: dict[str, Incoming] = {}
    tries = 0

    async def receive(incoming: Incoming) -> bool:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError
        return kept.setdefault(incoming.key, incoming) is incoming

    clients = looking.clients
    assert isinstance(clients, SingleClient)
    app = SlackApp(receive=receive, clients=clients, looking=looking, words=words(), clock=lambda: NOW)
    application = web.Application()
    app.mount(application, SECRET)
    async with TestClient(TestServer(application)) as http:

        async def post(payload: dict[str, Any], more: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
            body = as_json(payload)
            async with http.post(PATH, data=body, headers={**signed(body), **more}) as response:
                return response.status, dict(response.headers)

        payload = json.loads(as_json(dm()))
        assert await pushing.push(post, payload) == [503, 503, 200]
        assert await pushing.push(post, payload, reason="http_timeout") == [200]
    assert len(kept) == 1
