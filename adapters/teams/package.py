"""The app package that an administrator uploads to Teams."""

import io
import json
import zipfile
from collections.abc import Sequence
from urllib.parse import urlsplit

from adapters.teams.activity import Json
from adapters.teams.icons import ACCENT, color_icon, outline_icon
from adapters.teams.shortcut import BARRIER
from prompts import Words

#: Not the newest: one that every tenant's store takes.
MANIFEST_VERSION = "1.25"
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: The commands that Teams lists in each sort of conversation, by the names of their words; it has room for ten. Where
#: others read along, what is for one person alone is not suggested: typed there, it is answered in their own chat.
_COMMANDS = {
    "personal": (
        "help",
        "check_in",
        "journal",
        "settings",
        "away",
        "privacy",
        "barrier",
        "barriers",
        "digest",
        "rhythm",
    ),
    "team": ("help", "barrier", "barriers", "digest", "channel"),
    "groupChat": ("help", "barrier", "barriers", "digest"),
}


def package(
    app_id: str,
    public_url: str,
    *,
    words: Words,
    developer: str,
    version: str,
    privacy_url: str = "",
    terms_url: str = "",
) -> bytes:
    """A zip with the manifest and its icons; the same arguments give the same bytes.

    `app_id` is the registration's, `public_url` an https address, `version` three numbers with dots. Pages on privacy
    and terms are taken to be at `public_url` where no others are given.
    """
    described = manifest(app_id, public_url, words=words, developer=developer, version=version)
    described["developer"] |= {"privacyUrl": privacy_url or public_url, "termsOfUseUrl": terms_url or public_url}
    files = {
        "manifest.json": json.dumps(described, indent=2, ensure_ascii=False).encode(),
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def manifest(app_id: str, public_url: str, *, words: Words, developer: str, version: str) -> Json:
    """The manifest: a bot for one person, group chats and teams, with no rights beyond reading who is there."""
    name, title = words("teams.app.name"), words("teams.app.full_name")
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": MANIFEST_VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": developer,
            "websiteUrl": public_url,
            "privacyUrl": public_url,
            "termsOfUseUrl": public_url,
        },
        "name": {"short": name, "full": title},
        "description": {"short": words("teams.app.description"), "full": words("teams.app.full_description")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": list(_COMMANDS),
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {"scopes": [scope], "commands": _commands(names, words)} for scope, names in _COMMANDS.items()
                ],
            }
        ],
        "composeExtensions": [{"botId": app_id, "commands": [_shortcut(words)]}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(public_url).netloc],
    }


def _commands(names: Sequence[str], words: Words) -> list[Json]:
    """What the coach offers to type."""
    return [
        {"title": words(f"teams.app.{name}"), "description": words(f"teams.app.{name}_description")} for name in names
    ]


def _shortcut(words: Words) -> Json:
    """In the menu of every message. Teams fetches the dialog, and with it tells which message."""
    return {
        "id": BARRIER,
        "type": "action",
        "context": ["message"],
        "fetchTask": True,
        "title": words("teams.app.shortcut"),
        "description": words("teams.app.shortcut_description"),
    }
