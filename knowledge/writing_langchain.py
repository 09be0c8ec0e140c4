"""Any chat model that LangChain drives, as a writer; the only file that sees LangChain's chat types."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import SplitResult, urlsplit

from knowledge.answers import Draft, Hit
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
        self._address = _address(url or _PROVIDERS[_provider(name)])
        self._model = _model(name, _options(_provider(name), key, url, seconds))
        for logger in _TALKATIVE:
            logging.getLogger(logger).setLevel(logging.WARNING)

    async def write(self, question: str, hits: Sequence[Hit]) -> tuple[Draft, ...]:
        """Sentences for the first `MAX_PASSAGES` passages, unchecked; see `Writer`."""
        if not hits:
            return ()
        offered = hits[:MAX_PASSAGES]
        return parse(await self._ask(messages(question, offered, marker=self._marker())), len(offered))

    async def ping(self) -> bool:
        """Whether something accepts connections at the model's address, found out within two seconds.

        It tells neither that the key is right nor that the model is there, and costs no tokens.
        """
        host, port = self._address.hostname, self._address.port or _PORTS[self._address.scheme]
        try:
            async with asyncio.timeout(_PING_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return False
        writer.transport.abort()
        return True

    async def _ask(self, asked: Sequence[Message]) -> str:
        """The model's whole reply. The errors of others may quote it, so none is passed on or chained."""
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                async with asyncio.timeout(self._seconds):
                    return await self._read(asked)
        except WriterError:
            raise
        except TimeoutError:
            problem = f"did not finish within {self._seconds:g} seconds"
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
    if provider not in _PROVIDERS or not model:
        known = ", ".join(_PROVIDERS)
        raise WriterError(
            f"The model {name!r} is not named provider:model with a provider of {known}. "
            "A server that speaks OpenAI's protocol is openai:model with its address beside it."
        )
    return provider


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


def _model(name: str, options: Mapping[str, Any]) -> "BaseChatModel":
    """The model at temperature 0, or at its own where it is known to take no other."""
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name, temperature=0, **options)
        if (model.profile or {}).get("temperature") is False:
            model = init_chat_model(name, **options)
    except Exception as error:
        problem = type(error).__name__
    else:
        return model
    raise WriterError(f"The model {name!r} cannot be set up ({problem}): check its name and its address.")
