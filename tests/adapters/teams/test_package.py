"""The package that an administrator uploads."""

import io
import json
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from adapters.teams.icons import color_icon, outline_icon
from adapters.teams.package import MANIFEST_VERSION, package
from adapters.teams.package import manifest as made_manifest
from adapters.teams.shortcut import is_shortcut
from bot.coaching.commands import command_in
from prompts import LOCALES, speaking, words
from tests.teams_double import APP_ID

SCHEMA = os.environ.get("COACH_TEAMS_SCHEMA", "")


def made(*, privacy_url: str = "", terms_url: str = "") -> zipfile.ZipFile:
    content = package(
        APP_ID,
        "https://coach.example.org",
        words=words(),
        developer="Millbrook Together",
        version="1.2.3",
        privacy_url=privacy_url,
        terms_url=terms_url,
    )
    return zipfile.ZipFile(io.BytesIO(content))


def manifest_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def points(png: bytes) -> tuple[int, int, bytes]:
    """The width and height of a PNG, and its rows; every checksum is checked."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + data),)
        chunks[name] = data
        at += 12 + length
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, kind) == (8, 6)
    return width, height, zlib.decompress(chunks[b"IDAT"])


def test_the_package_holds_what_teams_asks_for() -> None:
    archive = made()
    assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
    manifest = manifest_of(archive)
    assert (manifest["id"], manifest["version"], manifest["manifestVersion"]) == (APP_ID, "1.2.3", MANIFEST_VERSION)
    assert manifest["bots"][0]["botId"] == APP_ID
    (command,) = manifest["composeExtensions"][0]["commands"]
    assert (command["context"], command["fetchTask"]) == (["message"], True)
    assert is_shortcut({"type": "invoke", "name": "composeExtension/fetchTask", "value": {"commandId": command["id"]}})
    assert manifest["validDomains"] == ["coach.example.org"]
    assert len(manifest["name"]["short"]) <= 30
    assert len(manifest["description"]["short"]) <= 80
    again = made(privacy_url="https://coach.example.org", terms_url="https://coach.example.org")
    assert [file.CRC for file in again.infolist()] == [file.CRC for file in archive.infolist()]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_that_it_lists_is_understood_and_no_longer_than_teams_shows(locale: str) -> None:
    with speaking(locale):
        manifest = made_manifest("app", "https://coach.example.org", words=words(), developer="x", version="1.0.0")
    lists = {scope: each["commands"] for each in manifest["bots"][0]["commandLists"] for scope in each["scopes"]}
    assert {scope: len(each) for scope, each in lists.items()} == {"personal": 10, "team": 5, "groupChat": 4}
    assert set(lists) == set(manifest["bots"][0]["scopes"])
    for commands in lists.values():
        titles = [each["title"] for each in commands]
        assert all(len(title) <= 32 for title in titles)
        assert all(0 < len(each["description"]) <= 128 for each in commands)
        understood = [command_in(title, words()) for title in titles]
        assert len({found.name for found in understood if found}) == len(titles)


def test_pages_on_privacy_and_terms_may_be_elsewhere() -> None:
    elsewhere = manifest_of(made(privacy_url="https://x.example/p", terms_url="https://x.example/t"))["developer"]
    assert (elsewhere["privacyUrl"], elsewhere["termsOfUseUrl"]) == ("https://x.example/p", "https://x.example/t")


def test_the_icons_are_of_the_sizes_that_teams_asks_for() -> None:
    assert points(color_icon())[:2] == (192, 192)
    width, height, rows = points(outline_icon())
    assert (width, height) == (32, 32)
    for row in range(32):
        line = rows[row * 129 + 1 : (row + 1) * 129]
        assert all(line[at : at + 3] == b"\xff\xff\xff" for at in range(0, 128, 4))
    assert {0, 255} <= set(rows[4::4])


@pytest.mark.skipif(not SCHEMA, reason="COACH_TEAMS_SCHEMA names no schema file; see .ci/schemas")
def test_the_official_schema_takes_the_manifest_and_no_other() -> None:
    schema = jsonschema.Draft4Validator(json.loads(Path(SCHEMA).read_text(encoding="utf-8-sig")))
    found = manifest_of(made())
    assert not [error.message for error in schema.iter_errors(found)]
    for wrong in ({"bots": [{"botId": APP_ID}]}, {"name": {"short": "x" * 31}}, {"invented": True}):
        assert not schema.is_valid(found | wrong)
