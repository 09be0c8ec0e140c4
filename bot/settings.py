"""The settings of one installation, read once at start; no other module reads the environment.

A setting `x` is the environment variable `COACH_X`, or a line `COACH_X=…` of the file `.env` in the working
directory; the environment wins. `.env` is taken literally: `${…}` is not filled in.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

from dotenv.parser import parse_stream
from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.errors import SettingError
from bot.setting_checks import (
    SHORTEST_SECRET,
    asynchronous,
    database_address,
    existing_folder,
    long_enough,
    possible_folder,
    web_address,
)

PREFIX = "COACH_"
#: Settings without the prefix, named as their platform names them.
_PLATFORM_SETTINGS = (
    "slack_bot_token",
    "slack_signing_secret",
    "slack_app_token",
    "slack_api_url",
    "slack_client_id",
    "slack_client_secret",
    "teams_app_id",
    "teams_app_password",
    "teams_tenant_id",
)
_SECRETS = (
    "model_key",
    "secret_key",
    "slack_bot_token",
    "slack_signing_secret",
    "slack_app_token",
    "slack_client_secret",
    "teams_app_password",
)

_Port = Annotated[int, Field(ge=1, le=65535)]
_Url = Annotated[str, AfterValidator(web_address)]
_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_MODEL = r"[a-z][a-z0-9_-]*:[A-Za-z0-9][\w.:/@-]*$"
_LEVEL = Literal["debug", "info", "warning", "error", "critical"]
_WEB = "a web address such as https://coach.example.org, without a name, a password, “?” or “#” in it"


class Settings(BaseSettings):
    """Every setting with its default; a description says what the value must be.

    Paths are as `load_settings` resolved them; `crash_at` is for the crash tests only.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    data_dir: Annotated[Path, AfterValidator(possible_folder)] = Field(
        Path("data"), description="the path of a folder, or of one that can be made, without “~” or “?”"
    )
    library_dir: Annotated[Path, AfterValidator(existing_folder)] | None = Field(
        None, description="the path of a folder that exists, without “~”"
    )
    database_url: Annotated[str, AfterValidator(database_address)] | None = Field(
        None,
        repr=False,
        description="an address that begins with sqlite:/// or postgresql://, with no option but sslmode after “?”",
    )
    chroma_url: _Url | None = Field(
        None, description="the web address of a Chroma server such as http://127.0.0.1:8000, with its port"
    )
    model: str = Field(
        "none", pattern=f"^none$|^{_MODEL}", description="none, or provider:name such as anthropic:claude-sonnet-4-5"
    )
    model_key: SecretStr | None = Field(None, description="a key")
    model_url: _Url | None = Field(None, description=_WEB)
    embedder: str = Field(
        "minilm",
        pattern=f"^minilm$|^{_MODEL}",
        description="minilm, or provider:name such as openai:text-embedding-3-small",
    )
    host: str = Field(
        "127.0.0.1",
        pattern=r"^[A-Za-z0-9.:-]*[A-Za-z0-9][A-Za-z0-9.:-]*$|^::$",
        description="a host name or an IP address alone, such as 127.0.0.1",
    )
    port: _Port = Field(8080, description="a whole number from 1 to 65535")
    demo_port: _Port = Field(8765, description="a whole number from 1 to 65535 other than COACH_PORT")
    metrics_port: _Port | None = Field(None, description="a whole number from 1 to 65535 that nothing else uses")
    public_url: _Url | None = Field(None, description=_WEB)
    secret_key: Annotated[SecretStr, AfterValidator(long_enough)] | None = Field(
        None, description=f"a secret of at least {SHORTEST_SECRET} characters"
    )
    locale: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", description="a language such as en, or en-GB")
    log_level: _LEVEL = Field("info", description="debug, info, warning, error or critical")
    help_lines: Path | None = Field(None, description="the path of a file, like prompts/help_lines.yaml")
    slack_bot_token: SecretStr | None = Field(None, description="a bot token, which begins with xoxb-")
    slack_signing_secret: SecretStr | None = Field(None, description="the signing secret of the Slack app")
    slack_app_token: SecretStr | None = Field(None, description="an app-level token, which begins with xapp-")
    slack_client_id: str | None = Field(
        None, pattern=r"^[0-9]+\.[0-9]+$", description="the client id of the Slack app, two numbers with a dot between"
    )
    slack_client_secret: SecretStr | None = Field(None, description="the client secret of the Slack app")
    slack_api_url: _Url | None = Field(None, description=_WEB)
    teams_app_id: str | None = Field(None, pattern=_GUID, description="the bot registration's app id, a GUID")
    teams_app_password: SecretStr | None = Field(None, description="the bot registration's client secret")
    teams_tenant_id: str | None = Field(None, pattern=_GUID, description="the bot registration's tenant, a GUID")
    teams_development: Literal["yes", "no"] = Field("no", description="yes or no")
    crash_at: str | None = Field(None, description="the name of a crash point")

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("demo_port")
    @classmethod
    def _own_port(cls, value: int, info: ValidationInfo) -> int:
        if value == info.data.get("port"):
            raise ValueError("taken")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over: the object never looks at the process's environment itself."""
        return (init_settings,)

    @property
    def database(self) -> str:
        """The address of the database with the name of its async driver, as SQLAlchemy takes it."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'coach.sqlite'}"
        return asynchronous(self.database_url)


def from_environment() -> Settings:
    """The settings of this process; raises `SettingError`."""
    return load_settings(os.environ, folder=Path.cwd())


def load_settings(environ: Mapping[str, str], *, folder: Path) -> Settings:
    """The settings in `environ` and in `folder/.env`; relative paths are taken from `folder`.

    An empty value counts as unset. Raises `SettingError` with one sentence for each wrong setting, never
    with a secret in it: an unknown `COACH_` variable, an empty secret, a value that cannot be right.
    """
    layers = [_coach(_dotenv(folder / ".env")), _coach(environ)]
    given = {variable: value for layer in layers for variable, value in layer.items() if value}
    values: dict[str, object] = {_field(variable): value for variable, value in given.items() if _known(variable)}
    values["data_dir"] = folder / given.get("COACH_DATA_DIR", "data")
    if "COACH_LIBRARY_DIR" in given:
        values["library_dir"] = folder / given["COACH_LIBRARY_DIR"]
    if "COACH_HELP_LINES" in given:
        values["help_lines"] = folder / given["COACH_HELP_LINES"]
    wrong = [sentence for layer in layers for sentence in (*_unknown(layer), *_empty_secrets(layer))]
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        fields = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors(include_input=False))
        wrong += [_sentence(field, given) for field in fields]
        settings = None
    if wrong or settings is None:
        raise SettingError("\n".join(dict.fromkeys(wrong)))
    return settings


def _coach(given: Mapping[str, str]) -> dict[str, str]:
    """The variables that are meant for us, right name or wrong, without white space around their values."""
    ours = map(_variable, _PLATFORM_SETTINGS)
    mine = {variable: value for variable, value in given.items() if variable.upper().startswith(PREFIX)}
    mine |= {variable: given[variable] for variable in ours if variable in given}
    return {variable: value.strip() for variable, value in mine.items()}


def _unknown(variables: Mapping[str, str]) -> Iterator[str]:
    for variable in variables:
        if not _known(variable):
            near = get_close_matches(_field(variable.upper()), Settings.model_fields, n=1)
            advice = f"did you mean {_variable(near[0])}? Correct the name or remove it." if near else "remove it."
            yield f"{variable} is not a setting: {advice}"


def _empty_secrets(variables: Mapping[str, str]) -> Iterator[str]:
    for variable in map(_variable, _SECRETS):
        if variables.get(variable) == "":
            yield f"{variable} is empty: set it or remove it."


def _dotenv(path: Path) -> dict[str, str]:
    """The lines of a `.env` file, none where there is no file; raises `SettingError` where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read as a text file in UTF-8: correct or remove it.") from error
    found: dict[str, str] = {}
    for line in parse_stream(StringIO(text)):
        if line.error or (line.value is None and line.key and (line.key.startswith(PREFIX) or _known(line.key))):
            # A line is reported from the blank lines before it.
            blank = line.original.string[: -len(line.original.string.lstrip())].count("\n")
            raise SettingError(f"{path} line {line.original.line + blank} is not NAME=value: correct or remove it.")
        if line.key and line.value is not None:
            found[line.key] = line.value
    return found


def _sentence(field: str, given: Mapping[str, str]) -> str:
    variable, wanted = _variable(field), Settings.model_fields[field].description
    if field in _SECRETS:
        return f"{variable} has a wrong value: it must be {wanted}; correct it or remove it."
    if variable not in given:
        return f"{variable} is “{Settings.model_fields[field].default}” when unset, but must be {wanted}: set it."
    return f"{variable} is “{_shown(field, given[variable])}”, but must be {wanted}: correct it or remove it."


def _shown(field: str, value: str) -> str:
    """The value without anything that may be a password, or a key that was put in the wrong place."""
    if field.endswith("_dir"):
        return value
    scheme, mark, rest = value.partition("://") if "://" in value else ("", "", value)
    if field == "database_url":
        return f"{scheme}{mark}…"
    return re.sub(r"[\w-]{32,}", "…", f"{scheme}{mark}{rest.rpartition('@')[2].partition('?')[0]}")


def _known(variable: str) -> bool:
    return variable in map(_variable, Settings.model_fields)


def _variable(field: str) -> str:
    return field.upper() if field in _PLATFORM_SETTINGS else PREFIX + field.upper()


def _field(variable: str) -> str:
    return variable.removeprefix(PREFIX).lower()


def secret(settings: Settings, *, new: Callable[[], str] = secrets.token_urlsafe) -> bytes:
    """The key that signs links and tokens: `secret_key`, else the one kept in `data_dir/secret.key`.

    Made on first use, readable by its owner only; processes that start together agree on one.
    Raises `SettingError` when the file is damaged or the folder cannot be written.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret.key"
    try:
        if not path.exists():
            _keep(path, new())
        key = path.read_bytes().strip()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise SettingError(f"{path} cannot be kept ({reason}): make COACH_DATA_DIR a folder I can write to.") from error
    if len(key) < SHORTEST_SECRET:
        raise SettingError(f"{path} is damaged: restore it, or remove it and links sent so far stop working.")
    return key


def _keep(path: Path, key: str) -> None:
    """Write the key whole or not at all; a file that another process linked first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            path.hardlink_to(partial)
    except FileExistsError:
        pass
    finally:
        partial.unlink(missing_ok=True)
