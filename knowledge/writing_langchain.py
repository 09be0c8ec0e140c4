"""Any chat model that LangChain drives, as a writer; the only file that sees LangChain's chat types.

Three providers have been tried and are told exactly what they need. Any other that LangChain knows is set up through
its own package, where that is installed, with those of our limits that it takes; the time and the length of a reply
are bounded here in any case, and no model is ever given a tool.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import SplitResult, urlsplit

from knowledge.answers import Draft, Hit
from knowledge.rewriting import read_question, rewriting
from knowledge.writing import MAX_BYTES, MAX_PASSAGES, Message, WriterError, messages, parse, too_long

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

#: The providers we have tried, and where each is reached unless told otherwise.
_PROVIDERS = {
    "openai": "https://api.openai.com",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://127.0.0.1:11434",
}
_PORTS = {"http": 80, "https": 443}
#: Libraries that write whole prompts or addresses into the log when it is set to DEBUG or INFO.
_TALKATIVE = ("openai", "anthropic", "ollama", "httpx", "httpx2", "httpcore", "httpcore2", "langsmith")
#: One question, one connection: none is left open between questions, so that there is nothing to close.
_HEADERS = {"Connection": "close"}
_PING_SECONDS = 2.0
#: A question is rewritten before it is looked up, and answered after: both within ten seconds.
REWRITING_SECONDS = 2.0


class LangChainWriter:
    """The model named `provider:model`, asked once, without retries and without tools, at temperature 0.

    `url` is where a model of one's own is served; without it the provider's address is used. A call takes
    `seconds` at most. `marker` gives a fresh unguessable word for each question. Raises `WriterError` when the
    model cannot be set up as named. Prompts and replies never reach logs, traces or the text of errors.
    """

    def __init__(
        self, name: str, *, key: str | None, url: str | None, seconds: float = 7.0, marker: Callable[[], str]
    ) -> None:
        self.name = name
        self._seconds = seconds
        self._marker = marker
        provider = _provider(name)
        known = url or _PROVIDERS.get(provider)
        self._address = None if known is None else _address(known)
        options = _options(provider, key, url, seconds) if provider in _PROVIDERS else _own(key, url)
        self._model = _model(name, options) if provider in _PROVIDERS else _other_model(name, options, seconds)
        for logger in _TALKATIVE:
            logging.getLogger(logger).setLevel(logging.WARNING)

    async def write(self, question: str, hits: Sequence[Hit]) -> tuple[Draft, ...]:
        """Sentences for the first `MAX_PASSAGES` passages, unchecked; see `Writer`."""
        if not hits:
            return ()
        offered = hits[:MAX_PASSAGES]
        return parse(await self._ask(messages(question, offered, marker=self._marker())), len(offered))

    async def rewrite(self, question: str, before: str) -> str:
        """The question as it would be asked without the one before it; see `Rewriter`."""
        asked = rewriting(question, before, marker=self._marker())
        return read_question(await self._ask(asked, min(self._seconds, REWRITING_SECONDS)))

    async def ping(self) -> bool:
        """Whether something accepts connections at the model's address, found out within two seconds.

        It tells neither that the key is right nor that the model is there, and costs no tokens. True where the
        address is known to the provider's package alone.
        """
        if self._address is None:
            return True
        host, port = self._address.hostname, self._address.port or _PORTS[self._address.scheme]
        try:
            async with asyncio.timeout(_PING_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return False
        writer.transport.abort()
        return True

    async def _ask(self, asked: Sequence[Message], seconds: float | None = None) -> str:
        """The model's whole reply. The errors of others may quote it, so none is passed on or chained."""
        limit = self._seconds if seconds is None else seconds
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                async with asyncio.timeout(limit):
                    return await self._read(asked)
        except WriterError:
            raise
        except TimeoutError:
            problem = f"did not finish within {limit:g} seconds"
        except Exception as error:
            problem = f"could not be asked ({type(error).__name__})"
        raise WriterError(f"The model {problem}.")

    async def _read(self, asked: Sequence[Message]) -> str:
        reply = self._model.astream([(message.role, message.text) for message in asked])
        parts: list[str] = []
        size = 0
        async with aclosing(cast("AsyncGenerator[AIMessageChunk, None]", reply)) as chunks:
            async for chunk in chunks:
                parts.append(str(chunk.text))
                size += len(parts[-1].encode(errors="surrogatepass"))
                if size > MAX_BYTES:
                    raise too_long()
        return "".join(parts)


def _provider(name: str) -> str:
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise _unnamed(name)
    return provider


def _unnamed(name: str) -> WriterError:
    known = ", ".join(_PROVIDERS)
    return WriterError(
        f"The model {name!r} is not named provider:model with a provider of {known}, or another that LangChain "
        "knows. A server that speaks OpenAI's protocol is openai:model with its address beside it."
    )


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        usable = address.scheme in _PORTS and bool(address.hostname) and address.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise WriterError("The model's address is not one: write it like http://localhost:8000/v1.")
    return address


def _options(provider: str, key: str | None, url: str | None, seconds: float) -> Mapping[str, Any]:
    """What LangChain is told. A key is always among it, so that none is taken from the environment."""
    address = {"base_url": url} if url else {}
    if provider == "ollama":
        headers = _HEADERS | ({"Authorization": f"Bearer {key}"} if key else {})
        return address | {"client_kwargs": {"timeout": seconds, "headers": headers}}
    if not key and not url:
        raise WriterError(f"The provider {provider} asks for a key: set COACH_MODEL_KEY.")
    known = {"api_key": key or "none", "max_retries": 0, "timeout": seconds, "default_headers": _HEADERS}
    return address | known


def _own(key: str | None, url: str | None) -> Mapping[str, Any]:
    """What is configured for a provider that we have not tried: no more than was set."""
    return {name: value for name, value in (("api_key", key), ("base_url", url)) if value}


def _model(name: str, options: Mapping[str, Any]) -> "BaseChatModel":
    """The model at temperature 0, or at its own where it is known to take no other."""
    model = _set_up(name, {**options, "temperature": 0})
    return _set_up(name, options) if (model.profile or {}).get("temperature") is False else model


def _other_model(name: str, options: Mapping[str, Any], seconds: float) -> "BaseChatModel":
    """The model of a provider that we have not tried, asked for what its class takes of our own wishes."""
    takes = _fields(type(_set_up(name, options)))
    if not options.keys() <= takes:
        raise WriterError(
            f"The model {name!r} takes its key and address from its own package's settings: "
            "unset COACH_MODEL_KEY and COACH_MODEL_URL, and set those."
        )
    wishes = {"temperature": 0, "timeout": seconds, "max_retries": 0, "default_headers": _HEADERS}
    return _set_up(name, {**options, **{wish: value for wish, value in wishes.items() if wish in takes}})


def _fields(kind: "type[BaseChatModel]") -> set[str]:
    """The names under which a model's class takes its options."""
    return set(kind.model_fields) | {field.alias for field in kind.model_fields.values() if field.alias}


def _set_up(name: str, options: Mapping[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    try:
        return cast("BaseChatModel", init_chat_model(model, model_provider=provider, **options))
    except ImportError as error:
        cause = error.__cause__ or error
        package = (getattr(cause, "name", None) or "").partition(".")[0].replace("_", "-")
        problem = f"needs a package that is not installed: run pip install {package or f'langchain-{provider}'}"
    except Exception as error:
        unknown = type(error) is ValueError and "nsupported" in str(error)
        problem = "" if unknown else f"cannot be set up ({type(error).__name__}): check its name, key and address"
    raise WriterError(f"The model {name!r} {problem}.") if problem else _unnamed(name)
