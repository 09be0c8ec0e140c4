"""What an administrator pastes into Slack to make the app."""

from typing import Any

from adapters.slack.app import PATH
from adapters.slack.install import CALLBACK
from adapters.slack.scopes import EVENTS, SCOPES
from adapters.slack.shortcuts import BARRIER, BARRIER_ANEW
from prompts import Words


def manifest(public_url: str | None, words: Words) -> dict[str, Any]:
    """The app's manifest: over HTTP at `public_url`, or by Socket Mode where there is no address.

    With an address other workspaces may install the app by themselves, once Slack's page says it is distributed.
    """
    address = {} if public_url is None else {"url": public_url.rstrip("/") + PATH}
    back = {} if public_url is None else {"redirect_urls": [public_url.rstrip("/") + CALLBACK]}
    request = {} if public_url is None else {"request_url": public_url.rstrip("/") + PATH}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": words("slack.app.name"), "description": words("slack.app.description")},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": words("slack.app.name"), "always_online": True},
            "agent_view": {
                "agent_description": words("slack.app.agent"),
                "suggested_prompts": _prompts(words),
            },
            "slash_commands": [
                {
                    "command": "/coach",
                    "description": words("slack.app.command"),
                    "usage_hint": words("slack.app.hint"),
                    "should_escape": False,
                    **address,
                }
            ],
            "shortcuts": _shortcuts(words),
        },
        "oauth_config": {**back, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **request},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": public_url is None,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts(words: Words) -> list[dict[str, str]]:
    """A name has at most 24 characters, a description at most 150."""
    return [
        {
            "type": "message",
            "callback_id": BARRIER,
            "name": words("slack.app.shortcut.message"),
            "description": words("slack.app.shortcut.message_description"),
        },
        {
            "type": "global",
            "callback_id": BARRIER_ANEW,
            "name": words("slack.app.shortcut.anew"),
            "description": words("slack.app.shortcut.anew_description"),
        },
    ]


def _prompts(words: Words) -> list[dict[str, str]]:
    asks = [text for name, text in words.entries.items() if name.startswith("help.suggestions.")]
    return [{"title": ask, "message": ask} for ask in asks[:4]]
