"""Which of Slack's settings belong together, and what is missing where they do not."""

from bot.settings import Settings


def wanted(settings: Settings) -> bool:
    """Whether Slack is to be opened: by a token of its own, or by workspaces that install the coach by themselves."""
    return settings.slack_bot_token is not None or installs(settings)


def installs(settings: Settings) -> bool:
    """Whether workspaces may install the coach by themselves."""
    return settings.slack_client_id is not None or settings.slack_client_secret is not None


def problems(settings: Settings) -> tuple[str, ...]:
    """A sentence for each thing that keeps Slack from being opened: what is wrong and what to do."""
    return (*_of_token(settings), *_of_kinds(settings), *(_of_installing(settings) if installs(settings) else ()))


def _of_token(settings: Settings) -> tuple[str, ...]:
    if settings.slack_bot_token is None or settings.slack_signing_secret or settings.slack_app_token:
        return ()
    return (
        "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for events over the web) nor SLACK_APP_TOKEN "
        "(for Socket Mode): set one of them.",
    )


def _of_kinds(settings: Settings) -> tuple[str, ...]:
    """Slack's two tokens are easily taken for each other."""
    given = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xapp-", "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xoxb-", "xapp-"),
    )
    return tuple(
        f"{name} begins with {other}, which is Slack's other token: this one begins with {own}."
        for name, token, other, own in given
        if token is not None and token.get_secret_value().startswith(other)
    )


def _of_installing(settings: Settings) -> tuple[str, ...]:
    needed = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        "COACH_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        given = [name for name in list(needed)[:2] if name not in missing]
        return (
            f"{_listed(given)} {_are(given)} set, so that workspaces can install the coach by themselves, but "
            f"{_listed(missing)} {_are(missing)} missing: set all four.",
        )
    public = settings.public_url or ""
    if not public.startswith("https://") and settings.slack_api_url is None:
        return ("COACH_PUBLIC_URL must begin with https://: Slack sends nobody back to another address.",)
    return ()


def _listed(names: list[str]) -> str:
    """One name, or several as a sentence has them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _are(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"
