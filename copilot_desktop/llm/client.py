"""The one way to a model: every feature asks through `ModelClient`, and every request goes through the gate.

Nothing is tried again here but what the user would never notice (a field the server does not know, a built-in model
that had died before it was asked): retries after failures belong to the turn, which shows them.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing, nullcontext
from pathlib import Path

from copilot_desktop.errors import AuthenticationError, LocalModelError, ModelError, NetworkError
from copilot_desktop.llm.catalogue import cost_usd
from copilot_desktop.llm.local_server import LocalServer, ModelFile
from copilot_desktop.llm.openai_chat.wire import ChatFormat
from copilot_desktop.llm.openai_responses.wire import ResponsesFormat
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.requests import (
    EMBEDDING,
    Finished,
    FinishReason,
    Message,
    ModelEvent,
    ModelRequest,
    Outcome,
    RequestGate,
    RequestRecord,
    TextDelta,
    Usage,
    UsageReported,
)
from copilot_desktop.llm.transport.address import Address
from copilot_desktop.llm.transport.connection import Connection, FormatRefusedError, Limits
from copilot_desktop.llm.transport.failures import Target, no_characters
from copilot_desktop.llm.transport.wire_format import WireFormat
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import with_short_pictures

_log = logging.getLogger(__name__)
_TEST_PROMPT = "Answer with the single word: ready"
_WEAK_TEST_TOKENS = 8


@dataclass(frozen=True, slots=True)
class TestResult:
    """A real call that went well; times in seconds from the start of the request."""

    # pytest would take the name for a class of tests.
    __test__ = False

    model: str
    first_token_s: float
    duration_s: float


class ModelClient:
    """Asks models. Made once, used and closed on the asyncio thread; keeps one pool of sockets per profile and address.

    `read_key` gives the key of a profile, None for none, or raises CredentialError; `key_refused` is told when a server
    does not take it.
    """

    def __init__(
        self,
        gate: RequestGate,
        read_key: Callable[[Profile], Awaitable[str | None]],
        local_server: LocalServer,
        key_refused: Callable[[Profile], None] = lambda profile: None,
        limits: Limits = Limits(),  # noqa: B008 - a frozen value
    ) -> None:
        self._gate = gate
        self._read_key = read_key
        self._local_server = local_server
        self._key_refused = key_refused
        self._limits = limits
        self._connections: dict[tuple[str, ProviderKind, str, Address], Connection] = {}

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Send a request and yield its events; the last one is Finished.

        Raises ModelError or CredentialError, and what the gate raises to refuse. Closing the generator or cancelling
        its task closes the socket at once. What stands for a secret in the answer is the secret again in the events.
        One record goes to the gate for each HTTP request, whatever its end.
        """
        with self._kept_loaded(request.profile):
            async with aclosing(self._stream(request)) as events:
                values = request.values_back
                if not values:
                    async for event in events:
                        yield event
                    return
                from copilot_desktop.llm.values_back import with_values  # where a secret was masked

                async with aclosing(with_values(events, values)) as told:
                    async for event in told:
                        yield event

    async def _stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        connection, target = await self._reach(request.profile, request.purpose)
        is_restarted = False
        while True:
            self._gate.before_request(request)
            attempt = _Attempt(request, target, connection, self._gate)
            try:
                async with aclosing(attempt.events()) as events:
                    async for event in events:
                        yield event
                return
            except FormatRefusedError:
                continue
            except AuthenticationError:
                self._key_refused(request.profile)
                raise
            except LocalModelError:
                # Nothing of the answer has come yet: a worker that died between two requests goes unnoticed.
                if is_restarted or not await self._local_server.has_ended(_file_of(request.profile)):
                    raise
                is_restarted = True
                connection, target = await self._reach(request.profile, request.purpose)

    async def list_models(self, profile: Profile) -> tuple[str, ...]:
        """Ids of the models the server offers, sorted; raises like `stream`. Costs nothing and tells no content."""
        connection, target = await self._reach(profile)
        return await connection.list_models(target)

    async def test(self, profile: Profile) -> TestResult:
        """Make a real, short call; raises like `stream`."""
        request = ModelRequest(
            request_id=uuid.uuid4().hex,
            turn_id="",
            profile=profile,
            messages=(Message("user", _TEST_PROMPT),),
            purpose="test",
            # A limit would starve models that think first; the tiny one might never end without.
            max_output_tokens=_WEAK_TEST_TOKENS if profile.is_weak else None,
        )
        started = time.perf_counter()
        first_token_s: float | None = None
        async with aclosing(self.stream(request)) as events:
            async for event in events:
                if first_token_s is None and isinstance(event, TextDelta):
                    first_token_s = time.perf_counter() - started
        duration_s = time.perf_counter() - started
        return TestResult(profile.model, duration_s if first_token_s is None else first_token_s, duration_s)

    async def warm(self, profile: Profile) -> None:
        """Make the first request quick: import the SDK, build the client, start the built-in model. Sends nothing."""
        connection, target = await self._reach(profile)
        connection.warm(target)

    async def aclose(self) -> None:
        """Close every socket and end the built-in model."""
        connections, self._connections = list(self._connections.values()), {}
        await asyncio.gather(*(connection.aclose() for connection in connections))
        await self._local_server.aclose()

    def _kept_loaded(self, profile: Profile) -> AbstractContextManager[None]:
        return self._local_server.in_use(_file_of(profile)) if profile.kind.is_local else nullcontext()

    async def _reach(self, profile: Profile, purpose: str = "") -> tuple[Connection, Target]:
        key: str | None
        if profile.kind.is_local:
            endpoint = await self._local_server.endpoint(_file_of(profile))
            base_url, key = endpoint.base_url, endpoint.api_key
        else:
            base_url = profile.base_url
            key = None if profile.key_source is KeySource.NONE else (await self._read_key(profile) or None)
        key = key.strip() if key else None
        address = Address.of(base_url)
        if profile.kind.is_local:
            await self._drop_old(profile, address)
        # A changed address gets a connection of its own; answers that still stream over the old one end in peace.
        wire = _format_of(profile, address, purpose)
        connection = self._connections.setdefault(
            (profile.name, profile.kind, wire.PATH, address), Connection(address, wire, self._limits)
        )
        return connection, Target(profile.name, profile.model, connection.url, key, profile.headers)

    async def _drop_old(self, profile: Profile, address: Address) -> None:
        """Close what went to a worker that has ended since: each has a port of its own."""
        for name, kind, path, old in list(self._connections):
            if (name, kind) == (profile.name, profile.kind) and old != address:
                await self._connections.pop((name, kind, path, old)).aclose()


class _Attempt:
    """One HTTP request on its way, and its record."""

    def __init__(self, request: ModelRequest, target: Target, connection: Connection, gate: RequestGate) -> None:
        self._request = request
        self._target = target
        self._connection = connection
        self._gate = gate
        self._reader = connection.wire.reader()
        self._tag = uuid.uuid4().hex
        self._started_at = time.time()
        self._started = time.perf_counter()
        self._first_token_s: float | None = None
        self._is_told = False

    async def events(self) -> AsyncGenerator[ModelEvent, None]:
        """What comes, then the usage, then Finished. The gate is told before Finished goes out, or at any other end."""
        reader = self._reader
        body = self._connection.wire.body(self._request, self._target.model)
        _log.debug("request %s to %s: %s of “%s” (%s)", *self._named())
        try:
            async with aclosing(self._connection.answer(self._target, body, self._tag, reader)) as events:
                async for event in events:
                    if self._first_token_s is None:
                        self._first_token_s = time.perf_counter() - self._started
                    yield event
            if not reader.has_text:
                raise no_characters(reader.reason)
            self._tell(Outcome.FINISHED)
            if reader.usage is not None:
                yield UsageReported(reader.usage)
            yield Finished(reader.reason or FinishReason.STOP)
        except NetworkError as error:
            # "Check the network" would be no help where the server is a process of ours.
            shown = _ended(error) if self._request.profile.kind.is_local else error
            self._fail(shown)
            raise shown from error
        except ModelError as error:
            # Servers and proxies repeat what they were sent, and the readers of streams know no key.
            error.detail = self._target.clean(error.detail)
            self._fail(error)
            raise
        finally:
            # Cancelled, or closed by whoever read the events.
            self._tell(Outcome.STOPPED)

    def _named(self) -> tuple[str, str, str, str, str]:
        """The request for the log: without a query, in which some addresses carry a key."""
        request, target = self._request, self._target
        return (
            request.request_id, target.url.partition("?")[0], target.model, request.profile.name, request.purpose,
        )  # fmt: skip

    def _fail(self, error: ModelError) -> None:
        _log.info("request %s failed: %s: %s", self._request.request_id, type(error).__name__, error.message)
        self._tell(Outcome.FAILED, error.kind)

    def _tell(self, outcome: Outcome, error_kind: str | None = None) -> None:
        if self._is_told:
            return
        self._is_told = True
        profile, usage = self._request.profile, self._reader.usage or Usage()
        duration_s = time.perf_counter() - self._started
        _log.debug(
            "request %s %s after %.2f s, first token after %s s, %s tokens in, %s out",
            self._request.request_id, outcome.value, duration_s,
            "no" if self._first_token_s is None else f"{self._first_token_s:.2f}",
            usage.input_tokens, usage.output_tokens,
        )  # fmt: skip
        self._gate.after_request(
            RequestRecord(
                request_id=self._request.request_id,
                turn_id=self._request.turn_id,
                profile_name=profile.name,
                model=self._target.model,
                url=self._target.url,
                purpose=self._request.purpose,
                started_at=self._started_at,
                duration_s=duration_s,
                first_token_s=self._first_token_s,
                usage=usage,
                cost_usd=cost_usd(usage, profile.price),
                outcome=outcome,
                error_kind=error_kind,
                body=with_short_pictures(self._connection.sent_body(self._tag)),
                counted_tokens=self._request.counted_tokens,
            )
        )


def _file_of(profile: Profile) -> ModelFile | None:
    """The file of a local model, None for the starter model."""
    if profile.kind is ProviderKind.LOCAL_FILE:
        return ModelFile(Path(profile.model_path), profile.limit_tokens, profile.threads)
    return None


def _format_of(profile: Profile, address: Address, purpose: str) -> WireFormat:
    if purpose == EMBEDDING:
        from copilot_desktop.llm.openai_embeddings.wire import EmbeddingsFormat  # where it is switched on

        return EmbeddingsFormat()
    if profile.kind is ProviderKind.RESPONSES:
        return ResponsesFormat()
    return ChatFormat(address.host)


def _ended(error: NetworkError) -> ModelError:
    return LocalModelError(
        "The built-in model has ended before it answered.",
        advice="Try again: it is started anew. If this happens each time, the machine may be short of memory.",
        detail=error.detail,
    )
