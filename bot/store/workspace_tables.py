"""The tables of Slack workspaces that installed the coach by themselves."""

from sqlalchemy import Column, String, Table, Text

from bot.store.schema import Moment, Names, metadata

#: A workspace by its team id. `token` is sealed: without this installation's secret nobody can use it. Who pressed the
#: button is not kept.
slack_workspace = Table(
    "slack_workspace",
    metadata,
    Column("team", String(31), primary_key=True),
    Column("token", Text, nullable=False),
    Column("scopes", Names, nullable=False),
    Column("installed_at", Moment, nullable=False),
)

#: The marks under which somebody came back from Slack, as hashes, until they would be too old anyway: each counts once.
oauth_state = Table(
    "oauth_state",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
