"""The sections of a digest that every rendering shows, so that all of them tell the same."""

from bot.coaching.digests.insight_told import InsightTeller
from bot.coaching.digests.told import Section, Teller
from bot.domain.digest import Digest
from prompts import Words


def sections(digest: Digest, words: Words) -> tuple[Section, ...]:
    """The whole digest, in the order in which a lead reads it."""
    tell, insight = Teller(digest=digest, words=words), InsightTeller(digest=digest, words=words)
    return tuple(
        Section(id=name, title=words(f"digest.{name}.title"), rows=tuple(rows), empty=words(f"digest.{name}.empty"))
        for name, rows in (
            ("decisions", map(tell.decision, digest.decisions)),
            ("new", map(tell.line, digest.new)),
            ("worse", map(tell.reasoned, digest.worse)),
            ("better", map(tell.line, digest.better)),
            ("closed", map(tell.ended, digest.closed)),
            ("still", map(tell.line, digest.still)),
            ("patterns", tell.patterns()),
            ("themes", map(insight.theme, digest.insight.themes)),
            ("perceptions", map(insight.perception, digest.insight.perceptions)),
            ("coverage", insight.coverage()),
            ("quiet", map(insight.quiet, digest.insight.quiet)),
            ("agenda", map(insight.wish, digest.insight.agenda)),
            ("gaps", tell.gaps()),
            ("participation", map(tell.participation, digest.participation)),
        )
    )
