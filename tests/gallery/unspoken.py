"""Words of which no card of the gallery has any, and why."""

from collections.abc import Mapping

#: What begins so stands elsewhere than in a card.
ELSEWHERE: Mapping[str, str] = {
    "page.": "the demo's page around the cards",
    "digest.page.": "the digest's own page and its gate",
    "digest.column.": "heads of the table for a RAID log",
    "digest.asks.": "what is typed",
    "documents.": "the page of documents and its gate",
    "mine.column.": "the page with everything of somebody's",
    "mine.kind.": "the same page; in the card of erasing those that there is something of",
    "mine.export.": "the same page, its gate and its links",
    "slack.": "what Slack alone shows around cards: views, prompts, installation, the manifest",
    "teams.": "what Teams alone shows around cards: the app package, dialogs, streams",
    "suggest.": "questions that are suggested, in Slack's own prompts",
    "home.suggest.": "the same",
    "check_in.plain.asks": "how questions begin that are typed",
    "sensitive.not_kept": "on the demo's page, in the place of a message",
    "digest.raid": "in the table for a RAID log",
    "digest.perceptions.sought": "what the library is searched for",
    "digest.chart_": "the words that stand for the chart, on the page",
    "digest.few_short": "the same",
    "digest.grid_unknown": "the key of the map, on the page",
    "digest.every_organisation": "a head of a table, on the page",
    "digest.counted.": "names of figures, on the page and in the JSON",
}
#: Parts of lines, too short to be told apart in them: they count where the test that said the card said them too.
PARTS = frozenset(
    {
        "digest.band.more",
        "digest.coverage.unknown",
        "digest.people.one",
        "digest.people.other",
        "digest.why.overdue",
        "human.partner",
        "mine.settings.no_quiet",
        "relay.lead",
        "setup.served.one",
    }
)
_NEVER_ONE = "the other grammatical number of it is shown: it is four weeks at least"
_NEVER_EMPTY = "there is always something to say in its place"
#: What no card shows, each with why.
NOT_YET: Mapping[str, str] = {
    "digest.quiet.longer.one": _NEVER_ONE,
    "digest.quiet.weeks.one": _NEVER_ONE,
    "digest.participation.empty": _NEVER_EMPTY,
    "setup.none": _NEVER_EMPTY,
}
