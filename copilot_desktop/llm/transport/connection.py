"""The connection to one server, through the `openai` SDK and its HTTP client, whatever the wire format.

`openai` takes most of a second to import: it is imported here, on the asyncio thread, when a connection is built.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from copilot_desktop import __version__
from copilot_desktop.errors import ModelError
from copilot_desktop.llm.requests import ModelEvent
from copilot_desktop.llm.transport import connection_failures, failures
from copilot_desktop.llm.transport.address import Address, is_loopback
from copilot_desktop.llm.transport.event_stream import EventReader, malformed, parsed
from copilot_desktop.llm.transport.failures import Target
from copilot_desktop.llm.transport.pacing import Pace, Read
from copilot_desktop.llm.transport.wire_format import AnswerReader, WireFormat
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

# All that leaves besides the body. The SDK would add what machine and Python this is, and headers of the environment.
_SENT_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "authorization"}
)
_OPENAI_HEADERS = frozenset({"openai-organization", "openai-project"})
_TAG = "x-copilot-desktop-request"
_OWN = "x-copilot-desktop-own"
"""Names of the headers that the user has given to the profile of this request; it does not leave."""
_DRAIN_S = 0.1
# Common servers close a silent socket after 5 s, the HTTP client's own limit: a request could meet the closing.
_KEPT_S = 2.0
_WHOLE_LIMIT_BYTES = 50_000_000
_ERROR_LIMIT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds: to connect, to the first token, and between two pieces of an answer.

    The second is long since reasoning models and local servers that load a model first are silent for minutes.
    """

    connect_s: float = 15.0
    first_token_s: float = 600.0
    stall_s: float = 90.0
    list_s: float = 20.0


class FormatRefusedError(ModelError):
    """The server refused a field; the format has learnt it, and asking again will go better. Never shown."""

    kind = "server"


class Connection:
    """One client and its pool of sockets for one address; used and closed on one event loop."""

    def __init__(self, address: Address, wire: WireFormat, limits: Limits) -> None:
        self.address = address
        self.wire = wire
        self.limits = limits
        self._client: AsyncOpenAI | None = None
        self._bodies: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.address.url(self.wire.PATH)

    def build(self, target: Target) -> AsyncOpenAI:
        """The SDK's client; built once. Raises NetworkError when the address or a proxy setting cannot be used."""
        if self._client is not None:
            return self._client
        import httpx2
        from openai import AsyncOpenAI

        _silence()
        if not self.address.is_usable:
            raise connection_failures.error_of_address(target, ValueError("no http:// or https:// address"))
        timeout = httpx2.Timeout(None, connect=self.limits.connect_s)
        try:
            http = httpx2.AsyncClient(
                timeout=timeout,
                verify=_own_certificates(self.address) or True,
                trust_env=not is_loopback(self.address.host),
                follow_redirects=False,
                limits=httpx2.Limits(keepalive_expiry=_KEPT_S),
                event_hooks={"request": [self._before_sending], "response": [_bound_error]},
            )
            # The key goes with each request; the SDK's own reading of the environment is shut out.
            self._client = AsyncOpenAI(
                api_key="-", base_url=self.address.base, max_retries=0, http_client=http, timeout=timeout
            )
        except (ImportError, ValueError, OSError, httpx2.InvalidURL) as error:
            raise connection_failures.error_of_address(target, error) from error
        return self._client

    def warm(self, target: Target) -> None:
        """Do everything of the first request that needs no network: imports, TLS settings, the pool."""
        _ = self.build(target)

    def sent_body(self, tag: str) -> str:
        """The JSON of a request as it left; "" if it never did. Forgets it."""
        return self._bodies.pop(tag, "")

    async def answer(
        self, target: Target, body: dict[str, Any], tag: str, reader: AnswerReader
    ) -> AsyncGenerator[ModelEvent, None]:
        """Send and yield what comes until the answer ends; raises ModelError only. Closing it closes the socket."""
        deadline = asyncio.get_running_loop().time() + self.limits.first_token_s
        async with AsyncExitStack() as stack:
            response = await self._open(stack, target, body, tag, deadline)
            content_type = response.headers.get("content-type", "")
            if "html" in content_type:
                message = f"{self.address.host} sent a web page instead of an answer."
                raise malformed("a web page", message)
            if "json" in content_type:
                for event in await self._whole(response, target, reader):
                    yield event
                return
            datas = await stack.enter_async_context(aclosing(self._events(response, target, reader, deadline)))
            async for data in datas:
                for event in reader.read(data):
                    yield event
                if reader.problem is not None:
                    raise failures.error_in_stream(target, reader.problem, has_begun=reader.has_text)
            if reader.reason is None and not reader.is_done:
                raise failures.cut()

    async def list_models(self, target: Target) -> tuple[str, ...]:
        """Ids of the models the server offers, sorted; raises ModelError only."""
        import httpx2
        import openai

        target = replace(target, url=self.address.models_url)
        client = self.build(target)
        try:
            async with asyncio.timeout(self.limits.list_s):
                # Asking twice does no harm, and a socket kept from an earlier request may just have been closed.
                answer = await client.get(
                    target.url,
                    cast_to=httpx2.Response,
                    options={"headers": self._headers(target, ""), "max_retries": 1},
                )
        except TimeoutError as error:
            raise failures.no_answer_in_time(target, self.limits.list_s) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, OSError) as error:
            raise self._refusal(error, target) from error
        listed = parsed(answer.text).get("data")
        if not isinstance(listed, list):
            raise malformed("no list of models")
        names = {item["id"] for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)}
        return tuple(sorted(names))

    async def aclose(self) -> None:
        """Close every socket."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _open(
        self, stack: AsyncExitStack, target: Target, body: dict[str, Any], tag: str, deadline: float
    ) -> httpx2.Response:
        import httpx2
        import openai

        client = self.build(target)
        try:
            async with asyncio.timeout_at(deadline):
                response = await client.post(
                    target.url,
                    cast_to=httpx2.Response,
                    body=body,
                    options={"headers": self._headers(target, tag)},
                    stream=True,
                    stream_cls=openai.AsyncStream[Any],
                )
        except TimeoutError as error:
            raise failures.no_answer_in_time(target, self.limits.first_token_s) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, OSError) as error:
            raise self._refusal(error, target, has_tools="tools" in body) from error
        opened: Any = response
        stack.push_async_callback(opened.aclose)
        return opened  # type: ignore[no-any-return]

    async def _events(
        self, response: httpx2.Response, target: Target, reader: AnswerReader, deadline: float
    ) -> AsyncGenerator[str, None]:
        """Data of the events; ends after the last one or with the body."""
        import httpx2

        loop = asyncio.get_running_loop()
        # What is not compressed need not go through the client's decoder.
        is_packed = "content-encoding" in response.headers
        events, chunks = EventReader(), response.aiter_bytes() if is_packed else response.aiter_raw()
        has_begun, pace = False, Pace()
        while not reader.is_done:
            silence_s = self.limits.first_token_s if reader.may_pause else self.limits.stall_s
            read = Read(anext(chunks, None))
            try:
                async with asyncio.timeout_at(loop.time() + silence_s if has_begun else deadline):
                    chunk = await read
            except TimeoutError as error:
                if has_begun:
                    raise failures.stalled(silence_s) from error
                raise failures.no_answer_in_time(target, self.limits.first_token_s) from error
            except httpx2.DecodingError as error:
                raise failures.damaged(target.clean(str(error))) from error
            except (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
                raise failures.cut(target.clean(f"{type(error).__name__}: {error}")) from error
            for data in events.finish() if chunk is None else events.feed(chunk):
                yield data
            if chunk is None:
                return
            has_begun = has_begun or reader.has_begun
            pause_s = pace.pause_s(loop.time(), len(chunk), read.has_waited) if has_begun else 0.0
            if pause_s and not reader.is_done:
                await asyncio.sleep(pause_s)
        await _drain(chunks)

    async def _whole(self, response: httpx2.Response, target: Target, reader: AnswerReader) -> Sequence[ModelEvent]:
        """The events of a server that does not stream and sends one JSON object."""
        import httpx2

        body = bytearray()
        try:
            async with asyncio.timeout(self.limits.stall_s):
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _WHOLE_LIMIT_BYTES:
                        raise failures.too_large(_WHOLE_LIMIT_BYTES)
        except TimeoutError as error:
            raise failures.stalled(self.limits.stall_s) from error
        except httpx2.DecodingError as error:
            raise failures.damaged(target.clean(str(error))) from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            raise failures.cut(target.clean(str(error))) from error
        events = reader.read_whole(parsed(body.decode("utf-8", "replace")))
        if reader.problem is not None:
            raise failures.error_in_stream(target, reader.problem, has_begun=False)
        return events

    def _refusal(self, error: Exception, target: Target, *, has_tools: bool = False) -> ModelError:
        """The error of the tree for what the SDK raised before an answer began."""
        import httpx2
        import openai

        if isinstance(error, openai.APIStatusError):
            text = error.response.text
            if error.status_code in (400, 422) and self.wire.learn(target.model, text):
                return FormatRefusedError("The server does not know a field of the request.", detail=text[:200])
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            return failures.error_of_response(target, error.status_code, headers, text, has_tools=has_tools)
        if isinstance(error, openai.APIResponseValidationError | httpx2.DecodingError):
            return failures.damaged(target.clean(str(error)))
        if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | TypeError | ValueError):
            return connection_failures.error_of_address(target, error)
        return connection_failures.error_of_connection(target, error)

    def _headers(self, target: Target, tag: str) -> Mapping[str, Any]:
        from openai import Omit

        if target.key is not None and not (target.key.isascii() and target.key.isprintable() and " " not in target.key):
            raise failures.unusable_key(target)
        own = dict(target.headers)
        headers: dict[str, Any] = {name: value.replace("{key}", target.key or "") for name, value in own.items()}
        if not any(name.lower() == "authorization" for name in own):
            # A key that goes in a header of its own must not go in a second one, which Azure would try first.
            is_elsewhere = target.key is None or any("{key}" in value for value in own.values())
            headers["Authorization"] = Omit() if is_elsewhere else f"Bearer {target.key}"
        return headers | {_OWN: " ".join(own).lower()} | ({_TAG: tag} if tag else {})

    async def _before_sending(self, request: httpx2.Request) -> None:
        """Keep what leaves for the ledger, and let only the headers go that have to."""
        tag, own = request.headers.pop(_TAG, ""), request.headers.pop(_OWN, "").split()
        if tag:
            self._bodies[tag] = request.content.decode("utf-8", "replace")
        allowed = _SENT_HEADERS | (_OPENAI_HEADERS if self.address.host == "api.openai.com" else frozenset())
        allowed |= frozenset(own)
        for name in [name for name in request.headers if name.lower() not in allowed]:
            del request.headers[name]
        if "user-agent" not in own:
            request.headers["User-Agent"] = f"copilot-desktop/{__version__}"


def _own_certificates(address: Address) -> ssl.SSLContext | None:
    """The user's certificates for a server on this machine, whose environment is not trusted for its proxies."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if is_loopback(address.host) and address.base.lower().startswith("https:") and (file or folder):
        return ssl.create_default_context(cafile=file, capath=folder)
    return None


def _silence() -> None:
    """Keep the libraries from logging requests: prompts hold files, and headers of the user's own hold the key."""
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def _bound_error(response: httpx2.Response) -> None:
    """Let no error page without an end fill the memory: the SDK reads it whole."""
    import httpx2

    if response.status_code < 300:
        return
    stream: Any = response.stream

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = _ERROR_LIMIT_BYTES
            async for chunk in stream:
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return

        async def aclose(self) -> None:
            await stream.aclose()

    response.stream = Bounded()


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read the few bytes after the last event, so that the connection can be used again; give up soon."""
    import httpx2

    end = time.monotonic() + _DRAIN_S
    try:
        async with asyncio.timeout(_DRAIN_S):
            while await anext(chunks, None) is not None and time.monotonic() < end:
                pass
    except (TimeoutError, httpx2.HTTPError, httpx2.StreamError, OSError):
        return
