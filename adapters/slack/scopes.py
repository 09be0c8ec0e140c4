"""What the app may do in a workspace and what it is told of, each for a reason."""

#: The scopes of the bot's token. Source: docs.slack.dev/reference/scopes.
SCOPES = (
    "app_mentions:read",  # hears its name
    "assistant:write",  # “Looking in the library…”
    "channels:history",  # in a public channel: what goes on in a thread it answered in, and all where it was asked to
    "channels:read",  # who is in a public channel
    "chat:write",  # answers
    "commands",  # /coach
    "groups:history",  # the same in a private channel
    "groups:read",  # who is in a private channel
    "im:history",  # hears direct messages; finds its own message after a doubtful post
    "im:read",  # who is in a direct message
    "im:write",  # begins a direct message
    "mpim:history",  # the same in a group message
    "mpim:read",  # who is in a group message
    "reactions:read",  # a reaction that asks one's own message, or follows a barrier
    "users:read",  # whether somebody is a guest, of which workspace, and where they are
    "users:read.email",  # the confirmed address by which a partner is known
)

#: The events that Slack tells of. Source: docs.slack.dev/reference/events.
EVENTS = (
    "app_home_opened",  # somebody opened its page or their direct messages with it
    "app_mention",  # its name
    "app_uninstalled",  # a workspace took it away: what is kept of the workspace goes
    "member_joined_channel",  # it was invited into a channel
    "message.channels",  # a thread that goes on, a question changed or taken back; where asked to, every message
    "message.groups",  # the same in private channels
    "message.im",  # direct messages
    "message.mpim",  # the same in group messages
    "reaction_added",  # a reaction that asks or follows
    "tokens_revoked",  # its token ended: the same as when it was taken away
)
