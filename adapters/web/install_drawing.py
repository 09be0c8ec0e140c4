"""The pages on which somebody adds the coach to a Slack workspace, as HTML in the digest's style."""

from dataclasses import dataclass

from markupsafe import Markup

from adapters.web.digest_drawing import DigestDrawing
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a page leads on to."""

    address: str
    label: str


@dataclass(frozen=True, kw_only=True)
class InstallDrawing:
    """Draws them: complete in themselves, without a script. `begin` is the address of the first, seen from outside."""

    drawing: DigestDrawing
    words: Words
    begin: str

    @property
    def policy(self) -> str:
        """What browsers may do on these pages."""
        return self.drawing.policy

    def offer(self, address: str) -> str:
        """The page with the link to Slack."""
        link = Link(address=address, label=self.words("slack.install.button"))
        return self._draw(
            self.words("slack.install.title"), self.words("slack.install.lede"), ("least", "rights"), link
        )

    def installed(self, name: str, team: str, *, named: bool) -> str:
        """It is done, and what comes next."""
        lede = self.words("slack.install.named") if named else self.words("slack.install.unnamed", team=team)
        return self._draw(self.words("slack.install.done", name=name), lede)

    def refused(self, reason: str) -> str:
        """It is not done, and why."""
        link = Link(address=self.begin, label=self.words("slack.install.again"))
        return self._draw(self.words("slack.install.failed"), self.words(f"slack.install.refused.{reason}"), link=link)

    def _draw(self, title: str, lede: str, texts: tuple[str, ...] = (), link: Link | None = None) -> str:
        return self.drawing.templates.get_template("slack_install.html").render(
            lang=self.words("page.lang"),
            skip=self.words("slack.install.skip"),
            style=Markup(self.drawing.style),  # noqa: S704 - our own file
            policy=self.policy,
            title=title,
            lede=lede,
            texts=[self.words(f"slack.install.{name}") for name in texts],
            link=link,
        )
