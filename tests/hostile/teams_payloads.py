"""One of each kind of activity that Teams sends, whether the coach takes it or not: docs/teams-double.md."""

from typing import Any

from tests.teams_double import ANNA, BOT, TENANT, TeamsDouble

Json = dict[str, Any]
#: Names of invokes that Teams has or had, and some that nobody has.
INVOKES = (
    "adaptiveCard/action",
    "message/submitAction",
    "message/fetchTask",
    "composeExtension/query",
    "composeExtension/queryLink",
    "composeExtension/anonymousQueryLink",
    "composeExtension/selectItem",
    "composeExtension/submitAction",
    "composeExtension/fetchTask",
    "composeExtension/querySettingUrl",
    "composeExtension/setting",
    "composeExtension/onCardButtonClicked",
    "task/fetch",
    "task/submit",
    "tab/fetch",
    "tab/submit",
    "fileConsent/invoke",
    "signin/verifyState",
    "signin/tokenExchange",
    "config/fetch",
    "config/submit",
    "actionableMessage/executeAction",
    "application/search",
    "handoff/action",
    "made/up",
    "",
)
KINDS = (
    "message",
    "conversationUpdate",
    "installationUpdate",
    "messageReaction",
    "typing",
    "event",
    "endOfConversation",
    "contactRelationUpdate",
    "command",
    "trace",
    "made-up",
)


def activities(double: TeamsDouble, said: str) -> tuple[Json, ...]:
    """One of each."""
    card = {"action": {"type": "Action.Execute", "verb": "ask", "data": {"action": "ask", "value": said}}}
    invokes = tuple(double.message("", type="invoke", name=name, value=card) for name in INVOKES)
    joined: Json = {"membersAdded": [{"id": BOT}, ANNA], "membersRemoved": [{"id": "29:joe"}], "action": "add"}
    kinds = tuple(double.message(said, type=kind, **joined) for kind in KINDS)
    team = {"team": {"id": "19:t@thread.tacv2"}, "eventType": "teamRenamed", "tenant": {"id": TENANT}}
    return (
        *invokes,
        *kinds,
        double.message(said, type="conversationUpdate", channelData=team),
        double.message(said, attachments=[{"contentType": "text/html", "content": f"<p>{said}</p>"}]),
        double.shortcut(f"<p>{said}</p>"),
        double.edited(said),
        double.deleted(),
        double.rated("sent-1", "dislike", said),
    )
