"""The product as an administrator sets it up: one partnership of a council in Teams and a charity in Slack."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clients.processes import Program, environment, running
from tests.rhythms import silent

COACH = str(Path(sys.executable).with_name("coach"))
#: The Teams tenant of the council and the Slack workspace of the charity.
COUNCIL = "3f2c9a54-7d1e-4b86-9c0a-5e8d2f6b1a47"
CHARITY = "T0LANTERN7"
#: Only the council may see this document of the starter library.
COUNCIL_ONLY = "sharing-power.md"
PARTNERSHIP = f"""\
id: harbourside
name: Harbourside Wellbeing Partnership
zone: Europe/London
organisations:
  - id: council
    name: Harbour Borough Council
    teams_tenants: [{COUNCIL}]
    email_domains: [harbourcouncil.example]
  - id: charity
    name: The Lantern Project
    slack_teams: [{CHARITY}]
    email_domains: [lanternproject.example]
leads:
  - name: Amara Okafor
    organisation: council
    email: amara.okafor@harbourcouncil.example
document_audiences:
  {COUNCIL_ONLY}: [council]
"""
SLACK = {"SLACK_BOT_TOKEN": "xoxb-test-token"}
SIGNING_SECRET = "test-signing-secret"
APP_TOKEN = "xapp-test-token"
_INDEXING_S = 120.0
_STARTING_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A folder to work in, with the coach's data in it."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    def coach(self, *arguments: str) -> str:
        """What a command of the coach prints; it must succeed."""
        done = subprocess.run(
            [COACH, *arguments],
            check=False,
            cwd=self.folder,
            env=environment(COACH_DATA_DIR=str(self.data)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_INDEXING_S,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout

    def agree(self, rhythm: str) -> None:
        """Apply the partnership with this rhythm."""
        described = self.folder / "partnership.yaml"
        described.write_text(PARTNERSHIP + rhythm)
        self.coach("partnership", "apply", str(described))

    @contextmanager
    def serving(self, port: int, **settings: str) -> Iterator[Program]:
        """`coach serve` on a port, ready to answer."""
        more = {"COACH_DATA_DIR": str(self.data), "COACH_PORT": str(port), "COACH_DEMO_PORT": str(port + 1), **settings}
        log = self.folder / "coach.log"
        with running([COACH, "serve"], log=log, port=port, folder=self.folder, **more) as program:
            program.until_it_listens(f"http://127.0.0.1:{port}/readyz", _STARTING_S)
            yield program


def installed(folder: Path) -> Installation:
    """An installation whose partnership was applied and whose library was indexed."""
    made = Installation(folder=folder)
    made.agree(silent())
    made.coach("library", "check")
    return made
