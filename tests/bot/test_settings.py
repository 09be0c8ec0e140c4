"""Settings: what is accepted, what is refused and in which words, and what is never shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.errors import SettingError
from bot.settings import Settings, from_environment, load_settings
from tests.bot.plans import steady

#: Settings of the platforms' own names.
_PLATFORM = {
    "SLACK_BOT_TOKEN": " xoxb-1 ",
    "SLACK_SIGNING_SECRET": "signing",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_API_URL": "https://slack.example/api/",
    "SLACK_CLIENT_ID": "12345.67890",
    "SLACK_CLIENT_SECRET": "client-secret",
    "TEAMS_APP_ID": "11111111-2222-4333-8444-55555555555F",
    "TEAMS_APP_PASSWORD": "password",
    "TEAMS_TENANT_ID": "22222222-2222-4333-8444-555555555555",
}
_SECRETS = {"COACH_MODEL_KEY", "COACH_SECRET_KEY", *{name for name in _PLATFORM if not name.endswith(("_ID", "_URL"))}}


def _variables() -> set[str]:
    return {name if (name := field.upper()) in _PLATFORM else f"COACH_{name}" for field in Settings.model_fields}


def _refusal(environ: dict[str, str], folder: Path) -> str:
    with pytest.raises(SettingError) as caught:
        load_settings(environ, folder=folder)
    return str(caught.value)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/data/coach.sqlite"
    assert (settings.model, settings.embedder, settings.locale, settings.log_level) == ("none", "minilm", "en", "info")
    assert (settings.host, settings.port, settings.demo_port) == ("127.0.0.1", 8080, 8765)
    unset = (settings.library_dir, settings.chroma_url, settings.model_key, settings.public_url, settings.crash_at)
    assert unset == (None,) * 5
    assert not (tmp_path / "data").exists()


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        setattr(load_settings({}, folder=tmp_path), "port", 1)  # noqa: B010


def test_the_object_itself_ignores_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COACH_PORT", "9000")
    monkeypatch.setenv("PORT", "9001")
    assert Settings().port == 8080
    assert load_settings({}, folder=tmp_path).port == 8080
    monkeypatch.chdir(tmp_path)
    assert from_environment().port == 9000


def test_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    given = {
        "COACH_DATA_DIR": str(tmp_path / "deep" / "data"),
        "COACH_LIBRARY_DIR": "papers",
        "COACH_DATABASE_URL": "postgresql://coach@db/coach",
        "COACH_CHROMA_URL": "http://chroma:8000",
        "COACH_MODEL": "ollama:llama3.2:3b",
        "COACH_MODEL_KEY": " key ",
        "COACH_MODEL_URL": "https://models.example/v1/",
        "COACH_EMBEDDER": "openai:text-embedding-3-small",
        "COACH_HOST": "0.0.0.0",
        "COACH_PORT": "1",
        "COACH_DEMO_PORT": "65535",
        "COACH_METRICS_PORT": "9090",
        "COACH_PUBLIC_URL": "https://coach.example.org/",
        "COACH_SECRET_KEY": "x" * 16,
        "COACH_LOCALE": "en-GB",
        "COACH_HELP_LINES": "lines.yaml",
        "COACH_LOG_LEVEL": "DEBUG",
        "COACH_TEAMS_DEVELOPMENT": "yes",
        "COACH_CRASH_AT": "after-send",
        **_PLATFORM,
    }
    assert _variables() == set(given)
    settings = load_settings(given, folder=tmp_path)
    assert settings.library_dir == tmp_path / "papers"
    assert settings.model_key is not None
    assert settings.model_key.get_secret_value() == "key"
    assert (settings.port, settings.log_level, settings.crash_at) == (1, "debug", "after-send")
    assert (settings.public_url, settings.model_url) == ("https://coach.example.org", "https://models.example/v1")
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert (settings.slack_api_url, settings.teams_development) == ("https://slack.example/api", "yes")
    assert settings.teams_tenant_id == _PLATFORM["TEAMS_TENANT_ID"]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("sqlite:///x.sqlite", "sqlite+aiosqlite:///x.sqlite"),
        ("sqlite:////srv/x.sqlite", "sqlite+aiosqlite:////srv/x.sqlite"),
        ("sqlite+aiosqlite:///x.sqlite", "sqlite+aiosqlite:///x.sqlite"),
        ("postgresql://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql://h/d?port=1&sslmode=require", "postgresql+asyncpg://h/d?port=1&ssl=require"),
        ("postgresql://u@/d?host=/run/postgresql", "postgresql+asyncpg://u@/d?host=/run/postgresql"),
        ("postgresql://u:p@[::1]:5432/d", "postgresql+asyncpg://u:p@[::1]:5432/d"),
    ],
)
def test_a_database_address_gets_its_async_driver(given: str, address: str, tmp_path: Path) -> None:
    assert load_settings({"COACH_DATABASE_URL": given}, folder=tmp_path).database == address


WRONG = [
    ("COACH_DATABASE_URL", "mysql://h/d"),
    ("COACH_DATABASE_URL", "postgres://h/d"),
    ("COACH_DATABASE_URL", "sqlite://"),
    ("COACH_DATABASE_URL", "sqlite:///"),
    ("COACH_DATABASE_URL", "postgresql://"),
    ("COACH_DATABASE_URL", "postgresql://h:99999/d"),
    ("COACH_DATABASE_URL", "postgresql://h/d?connect_timeout=3"),
    ("COACH_DATABASE_URL", "postgresql://h/d?options=-csearch_path%3Dx"),
    ("COACH_DATABASE_URL", "postgresql://one:1,two:2/d"),
    ("COACH_CHROMA_URL", "chroma:8000"),
    ("COACH_CHROMA_URL", "ftp://chroma"),
    ("COACH_CHROMA_URL", "chroma"),
    ("COACH_CHROMA_URL", "http://::1:8000"),
    ("COACH_CHROMA_URL", "http://[::1:8000"),
    ("COACH_MODEL_URL", "https://"),
    ("COACH_MODEL_URL", "https://user:pass@models.example"),
    ("COACH_PUBLIC_URL", "https://coach.example?x=1"),
    ("COACH_PUBLIC_URL", "https://coach.example:99999"),
    ("COACH_PUBLIC_URL", "http://[::1"),
    ("COACH_MODEL", "claude"),
    ("COACH_MODEL", "anthropic:"),
    ("COACH_MODEL", ":claude"),
    ("COACH_MODEL", "anthropic:claude sonnet"),
    ("COACH_MODEL", "https://models.example"),
    ("COACH_EMBEDDER", "none"),
    ("COACH_HOST", "http://localhost"),
    ("COACH_HOST", "local host"),
    ("COACH_PORT", "0"),
    ("COACH_PORT", "65536"),
    ("COACH_PORT", "http"),
    ("COACH_PORT", "80.5"),
    ("COACH_DEMO_PORT", "8080"),
    ("COACH_DEMO_PORT", "-1"),
    ("COACH_LOCALE", "en_GB.UTF-8"),
    ("COACH_LOG_LEVEL", "loud"),
    ("COACH_TEAMS_DEVELOPMENT", "true"),
    ("SLACK_API_URL", "slack.example"),
    ("SLACK_CLIENT_ID", "the coach"),
    ("SLACK_CLIENT_ID", "12345"),
    ("TEAMS_APP_ID", "the coach"),
    ("TEAMS_TENANT_ID", "council.example"),
    ("COACH_LIBRARY_DIR", "nowhere"),
    ("COACH_LIBRARY_DIR", "a-file"),
    ("COACH_DATA_DIR", "a-file"),
    ("COACH_DATA_DIR", "a-file/below"),
    ("COACH_DATA_DIR", "~/data"),
    ("COACH_DATA_DIR", "what?"),
]


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_one_sentence_names_the_variable_and_what_to_do(variable: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    refusal = _refusal({variable: value}, tmp_path)
    assert refusal.startswith(f"{variable} is “")
    assert refusal.endswith("correct it or remove it.")
    assert "\n" not in refusal
    if not variable.endswith("_URL"):
        assert f"“{value}”" in refusal


def test_every_wrong_setting_has_its_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COACH_PROT=1\nCOACH_LOCALE=English\n")
    refusal = _refusal({"COACH_PORT": "x", "COACH_MODEL_KEY": "", "COACH_MODEL": "gpt"}, tmp_path)
    assert [line.split()[0] for line in refusal.splitlines()] == [
        "COACH_PROT",
        "COACH_MODEL_KEY",
        "COACH_MODEL",
        "COACH_PORT",
        "COACH_LOCALE",
    ]


def test_the_demo_port_is_refused_also_when_the_port_takes_its_default(tmp_path: Path) -> None:
    refusal = _refusal({"COACH_PORT": "8765"}, tmp_path)
    assert refusal.startswith("COACH_DEMO_PORT is “8765” when unset, but must be")
    assert refusal.endswith("other than COACH_PORT: set it.")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("COACH_LIBARY_DIR", "COACH_LIBRARY_DIR"),
        ("COACH_MODELKEY", "COACH_MODEL_KEY"),
        ("coach_port", "COACH_PORT"),
        ("COACH_DATABASE", "COACH_DATABASE_URL"),
        ("COACH_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("COACH_TEAMS_APP_ID", "TEAMS_APP_ID"),
    ],
)
def test_a_misspelt_setting_stops_the_start(variable: str, meant: str, tmp_path: Path) -> None:
    refusal = _refusal({variable: "x"}, tmp_path)
    assert refusal == f"{variable} is not a setting: did you mean {meant}? Correct the name or remove it."


def test_a_setting_like_no_other_is_refused_and_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert _refusal({"COACH_COLOUR": "x"}, tmp_path) == "COACH_COLOUR is not a setting: remove it."
    load_settings({"PATH": "/bin", "SLACK_TOKEN": "", "slack_bot_token": "", "TEAMS_COLOUR": ""}, folder=tmp_path)


@pytest.mark.parametrize("variable", sorted(_SECRETS))
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_secret_is_refused(variable: str, value: str, tmp_path: Path) -> None:
    assert _refusal({variable: value}, tmp_path) == f"{variable} is empty: set it or remove it."
    (tmp_path / ".env").write_text(f"{variable}={value}")
    assert _refusal({variable: "a-long-enough-secret"}, tmp_path) == f"{variable} is empty: set it or remove it."


@pytest.mark.parametrize("variable", sorted(_variables() - _SECRETS))
def test_an_empty_value_counts_as_unset(variable: str, tmp_path: Path) -> None:
    settings = load_settings({variable: " "}, folder=tmp_path)
    assert settings == load_settings({}, folder=tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    lines = ["\ufeff# ours", "export COACH_PORT='81'", "COACH_LOCALE=cy  # Welsh", "COACH_MODEL_KEY=${HOME}", "OTHER=1"]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings({"COACH_PORT": "82", "COACH_LOCALE": ""}, folder=tmp_path)
    assert (settings.port, settings.locale) == (82, "cy")
    assert settings.model_key is not None
    assert settings.model_key.get_secret_value() == "${HOME}"


@pytest.mark.parametrize(
    "line", ["COACH_MODEL_KEY", "TEAMS_APP_ID", "= sk-1234", "COACH_MODEL_KEY='sk-1234", "a b c=sk-1234"]
)
def test_a_broken_line_in_the_file_is_named_and_not_shown(line: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"# one\n\n{line}\nCOACH_PORT=81\n")
    refusal = _refusal({}, tmp_path)
    assert refusal == f"{tmp_path}/.env line 3 is not NAME=value: correct or remove it."


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    assert ".env cannot be read" in _refusal({}, tmp_path)
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    assert ".env cannot be read" in _refusal({}, tmp_path)


_SECRET = "sk-proj-0123456789abcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COACH_MODEL", _SECRET),
        ("COACH_MODEL_URL", f"ftp://user:{_SECRET}@models.example"),
        ("COACH_MODEL_URL", f"https://models.example?key={_SECRET}"),
        ("COACH_DATABASE_URL", f"mysql://user:{_SECRET}@db/coach"),
        ("COACH_DATABASE_URL", f"user=coach password={_SECRET}"),
        ("COACH_SECRET_KEY", _SECRET[:12]),
    ],
)
def test_no_refusal_shows_a_secret(variable: str, value: str, tmp_path: Path) -> None:
    refusal = _refusal({variable: value}, tmp_path)
    assert variable in refusal
    assert _SECRET[:12] not in refusal


@pytest.mark.parametrize("value", ["https://user:hunter2@models.example", "https://m.example?k=hunter2", "hunter2@x"])
def test_no_refusal_shows_a_short_password(value: str, tmp_path: Path) -> None:
    assert "hunter2" not in _refusal({"COACH_MODEL_URL": value}, tmp_path)


def test_no_secret_is_printed(tmp_path: Path) -> None:
    given = {
        "COACH_MODEL_KEY": _SECRET,
        "COACH_SECRET_KEY": _SECRET,
        "COACH_DATABASE_URL": f"postgresql://u:{_SECRET}@db/coach",
        **dict.fromkeys(_SECRETS & set(_PLATFORM), _SECRET),
    }
    settings = load_settings(given, folder=tmp_path)
    assert _SECRET not in repr(settings) + str(settings)


@steady
@given(st.integers(-70000, 140000))
def test_ports_are_those_of_tcp(port: int) -> None:
    try:
        assert load_settings({"COACH_PORT": str(port)}, folder=Path("/nowhere")).port == port
    except SettingError:
        assert not 1 <= port <= 65535 or port == 8765


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://chroma:8000/", "http://chroma:8000"),
        ("https://chroma.example", "https://chroma.example"),
        ("https://example.org/behind/a/proxy/", "https://example.org/behind/a/proxy"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_chroma_server_may_be_anywhere_on_the_web(tmp_path: Path, given: str, address: str) -> None:
    assert load_settings({"COACH_CHROMA_URL": given}, folder=tmp_path).chroma_url == address
