"""`coach slack manifest`: for the way in which the workspace will be reached."""

import json
from pathlib import Path

import pytest

from tests.bot.coach_home import coach_home


@pytest.mark.parametrize(
    ("url", "asked", "sockets"),
    [("", (), True), ("https://coach.example.org", (), False), ("https://coach.example.org", ("--socket-mode",), True)],
)
def test_the_manifest_fits_the_way_to_slack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, asked: tuple[str, ...], *, sockets: bool
) -> None:
    home = coach_home(tmp_path, monkeypatch, [])
    monkeypatch.setenv("COACH_PUBLIC_URL", url)
    made = home.run("slack", "manifest", *asked)
    assert made.status == 0
    assert json.loads(made.out)["settings"]["socket_mode_enabled"] is sockets
    assert ("https://coach.example.org" in made.out) is not sockets
