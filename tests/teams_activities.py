"""Activities as Teams sends them to a bot. What each looks like, and where that stands: docs/teams-double.md."""

import json
from typing import Any

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT = "72f988bf-0000-41af-91ab-2d7cd011db47"
BOT = f"28:{APP_ID}"
ANNA = {"id": "29:anna", "name": "Anna", "aadObjectId": "AAAA0000-0000-4000-8000-000000000001"}

Json = dict[str, Any]


class Activities:
    """What a person does in Teams, as activities; mixed into the double, which says where the connector is."""

    @property
    def service_url(self) -> str:
        """Where the connector is, with the slash at the end that Teams puts there."""
        raise NotImplementedError

    def message(self, text: str = "hello", **changes: Any) -> Json:
        """A message that a person sends the bot in a personal chat."""
        activity = {
            "type": "message",
            "id": "1700000000001",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": ANNA,
            "recipient": {"id": BOT, "name": "Coach"},
            "conversation": {"id": "a:anna", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
        }
        return activity | changes

    def shortcut(
        self, content: str = "<p>No time</p>", *, by: Any = ANNA["aadObjectId"], sender: Json = ANNA, **changes: Any
    ) -> Json:
        """“Log as barrier”, chosen in the menu of a message in a channel that the bot may be no part of [MENU]."""
        payload = {
            "id": "1611060744833",
            "linkToMessage": "https://teams.microsoft.com/l/message/19:c@thread.skype/1611060744833",
            "body": {"contentType": "html", "content": content},
            "from": {"user": {"userIdentityType": "aadUser", "id": by, "displayName": "Anna"}, "application": None},
        }
        value = {"commandId": "barrier-shortcut", "commandContext": "message", "messagePayload": payload}
        at = {"id": "19:c@thread.skype;messageid=1611060744833", "conversationType": "channel", "tenantId": TENANT}
        invoke: Json = {
            "from": sender,
            "type": "invoke",
            "name": "composeExtension/fetchTask",
            "id": "f:bc319b1d",
            "value": value,
        }
        return self.message("", **(invoke | {"conversation": at} | changes))

    def edited(self, text: str, **changes: Any) -> Json:
        """The person changes their message [EVENTS]: the activity has the message's own id and the new text."""
        happened = {"type": "messageUpdate", "timestamp": "2026-03-02T09:31:07.123Z"}
        data = {"tenant": {"id": TENANT}, "eventType": "editMessage"}
        return self.message(text, **({**happened, "channelData": data} | changes))

    def deleted(self, **changes: Any) -> Json:
        """The person deletes their message [EVENTS]: the activity has the message's own id and no text."""
        data = {"tenant": {"id": TENANT}, "eventType": "softDeleteMessage"}
        return self.message("", **({"type": "messageDelete", "channelData": data} | changes))

    def rated(self, posted: str, reaction: str = "like", said: str = "", **changes: Any) -> Json:
        """The person presses a thumb under a message and sends the form behind it [AI]."""
        value = {
            "actionName": "feedback",
            "actionValue": {"reaction": reaction, "feedback": json.dumps({"feedbackText": said})},
        }
        invoke = {"type": "invoke", "name": "message/submitAction", "id": f"f:{posted}{reaction}", "replyToId": posted}
        return self.message("", **({**invoke, "value": value} | changes))
