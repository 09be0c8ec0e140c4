"""views.open and views.publish."""

from tests.slack_double.state import TRIGGER_LIVES_S, Arguments, Workspace
from tests.slack_rules import Unacceptable, check_home, check_view

#: docs.slack.dev/reference/methods/views.open and …/views.publish.
ARGUMENTS = {"views.open": "trigger_id! view!", "views.publish": "user_id! view! hash"}


def open_view(slack: Workspace, arguments: Arguments) -> Arguments:
    """For a trigger of the last three seconds that was not used yet; one that this double did not give is taken."""
    trigger = arguments["trigger_id"]
    if trigger.startswith("expired"):
        raise Unacceptable("expired_trigger_id")
    if trigger in slack.triggers:
        given = slack.triggers[trigger]
        slack.triggers[trigger] = float("-inf")
        if given == float("-inf"):
            raise Unacceptable("exchanged_trigger_id")
        if slack.now - given > TRIGGER_LIVES_S:
            raise Unacceptable("expired_trigger_id")
    check_view(arguments["view"])
    name = f"V{len(slack.modals):05}"
    slack.modals[name] = arguments["view"]
    return {"view": {"id": name}}


def publish(slack: Workspace, arguments: Arguments) -> Arguments:
    """The Home tab of one person, whole; a hash must be that of the view that is there."""
    if arguments["user_id"] not in slack.users:
        raise Unacceptable("user_not_found")
    check_home(arguments["view"])
    before = slack.homes.get(arguments["user_id"])
    if arguments.get("hash") and (before is None or before["hash"] != arguments["hash"]):
        raise Unacceptable("hash_conflict")
    slack.homes[arguments["user_id"]] = {**arguments["view"], "hash": slack.tick()}
    return {"view": {"id": "V0HOME", "hash": slack.homes[arguments["user_id"]]["hash"]}}


METHODS = {"views.open": open_view, "views.publish": publish}
