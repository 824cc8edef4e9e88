"""Every way an answer is refused or goes wrong, as a sentence. Keys are taken out of all that is quoted."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from copilot_desktop.credentials.secret_text import masked
from copilot_desktop.errors import (
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    EmptyAnswerError,
    ModelError,
    NetworkError,
    QuotaError,
    RateLimitError,
    Remedy,
    ServerError,
    StreamError,
    ToolsRefusedError,
    UnknownModelError,
)
from copilot_desktop.llm.requests import FinishReason
from copilot_desktop.llm.transport.address import Address
from copilot_desktop.values import dataclass

_DETAIL_CHARACTERS = 2000

# OpenAI and vLLM; llama.cpp; LM Studio; Ollama; text-generation-inference and others.
_CONTEXT_WORDINGS = re.compile(
    r"context[ _](?:length|size|window)|maximum context|exceed\w* (?:the )?(?:available |model'?s )?(?:context|n_ctx)"
    r"|context[ _]?(?:length|size)?[ _]?exceeded|prompt is too long|input is too long|too many tokens"
    r"|greater than the context|n_ctx|n_keep|input length exceeds|inputs?`? tokens?.{0,60}must be",
    re.IGNORECASE,
)
_MODEL_WORDINGS = re.compile(
    r"model.{0,80}(?:not found|does not exist|not exist|not loaded|is not available|not supported)"
    r"|(?:unknown|invalid|no such) model|no models? (?:are )?loaded",
    re.IGNORECASE | re.DOTALL,
)
# Ollama, DeepSeek, Mistral; vLLM; llama.cpp; OpenRouter; servers that know no such field.
_TOOLS = r"\b(?:tools?|tool[ _-]?(?:use|calls?|calling|choice)|function[ _-]call(?:s|ing)?)\b"
_TOOLS_WORDINGS = re.compile(
    r"(?:\bnot\b|n't\b|unsupported|no endpoints|unrecogni[sz]ed|unknown|unexpected|extra|requires?)[^.]{0,60}"
    rf"{_TOOLS}|{_TOOLS}[^.]{{0,60}}(?:\bnot\b|n't\b|unsupported|requires?|extra|forbidden)",
    re.IGNORECASE,
)
# Ollama; Groq.
_CALL_WORDINGS = re.compile(r"error parsing tool call|tool_use_failed|failed to call a function", re.IGNORECASE)
_QUOTA_WORDINGS = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing", re.IGNORECASE)
_FILTER_WORDINGS = re.compile(
    r"content[_ ](?:filter|policy)|responsible ?ai ?policy|content management policy|safety system|input was flagged",
    re.IGNORECASE,
)
# OpenAI; Azure.
_MODEL_CODES = ("model_not_found", "DeploymentNotFound")


@dataclass(frozen=True, slots=True)
class Target:
    """Whom the request was for; `key` only to be taken out of what the server quotes."""

    profile_name: str
    model: str
    url: str
    key: str | None
    headers: tuple[tuple[str, str], ...] = ()
    """Of the user's own; `{key}` in a value stands for the key."""

    @property
    def proxy(self) -> str:
        """Through which it goes; empty: none. May take a moment, so only failures ask."""
        return Address.of(self.url).proxy

    def clean(self, text: str) -> str:
        """The text, shortened, without anything that is or looks like a key."""
        return masked(text, self.key)[:_DETAIL_CHARACTERS]


def error_of_response(
    target: Target, status: int, headers: Mapping[str, str], body: str, *, has_tools: bool = False
) -> ModelError:
    """The error for an HTTP answer that is not a success. `headers` in lower case; `has_tools`: tools were sent."""
    message, code = _message_and_code(body)
    detail = target.clean(f"HTTP {status}: {message or body}")
    words = f"{code} {message}"
    if _CALL_WORDINGS.search(words):
        return _unreadable_call(detail)
    if has_tools and status in (400, 404, 422, 500, 501) and _TOOLS_WORDINGS.search(message or body):
        return _tools_refused(target, detail)
    if 300 <= status < 400:
        return _redirected(target, headers.get("location", ""), detail)
    if status == 407:
        return proxy_wants_login(target, detail)
    if status in (400, 403, 422) and _FILTER_WORDINGS.search(words):
        return _filtered(detail)
    if status in (401, 403):
        return _refused_key(target, status, code, detail)
    if status == 402 or (status == 429 and _QUOTA_WORDINGS.search(words)):
        return _quota(detail)
    if status == 429:
        return _rate_limit(headers, detail)
    if status in (400, 413, 422, 500) and (code == "context_length_exceeded" or _CONTEXT_WORDINGS.search(words)):
        return _context_length(target, detail)
    if status in (400, 404, 422) and (code in _MODEL_CODES or _MODEL_WORDINGS.search(words)):
        return _unknown_model(target, detail)
    if status == 404:
        return _nothing_there(target, detail)
    if status >= 500:
        return _server_failed(target, status, headers, detail)
    if status == 413:
        return ServerError(
            "The request is larger than the server takes (HTTP 413).",
            advice="Remove context, or start a new conversation.",
            detail=detail,
        ).offering(Remedy.SHORTEN)
    if status == 405:
        return ServerError(
            f"The address {target.clean(target.url)} takes no requests of this kind (HTTP 405).",
            advice="Check the base URL in Settings, Models; it usually ends in /v1.",
            detail=detail,
        )
    return ServerError(
        f"The server refused the request (HTTP {status}).",
        advice="The details hold the server's reason.",
        detail=detail,
    ).offering(Remedy.EDIT, Remedy.RETRY)


def error_in_stream(target: Target, payload: Mapping[str, Any], *, has_begun: bool) -> ModelError:
    """The error for an error object sent inside a successful stream."""
    message, code = _message_and_code(json.dumps(payload))
    words, detail = f"{code} {message}", target.clean(message)
    if _CALL_WORDINGS.search(words):
        return _unreadable_call(detail)
    if _QUOTA_WORDINGS.search(words):
        return _quota(detail)
    if "rate_limit" in words:
        return _rate_limit({}, detail)
    if _FILTER_WORDINGS.search(words):
        return _filtered(detail)
    if _CONTEXT_WORDINGS.search(words):
        return _context_length(target, detail)
    if has_begun:
        return StreamError(
            "The server reported an error in the middle of its answer.",
            advice="What arrived is kept. Try again; if it happens each time, the details hold the server's reason.",
            detail=detail,
        )
    return ServerError(
        "The server reported an error instead of answering.",
        advice="Try again; if it happens each time, the details hold the server's reason.",
        detail=detail,
    )


def no_answer_in_time(target: Target, limit_s: float) -> ModelError:
    """The error for a server that took the request and sent nothing."""
    return NetworkError(
        f"{shown_host(target.url)} did not begin to answer within {_duration(limit_s)}.",
        advice="The server may be overloaded or still loading the model: try again in a moment.",
    )


def stalled(limit_s: float) -> ModelError:
    """The error for an answer that stopped coming."""
    return StreamError(
        f"The answer stopped coming: nothing arrived for {_duration(limit_s)}.",
        advice="What arrived is kept. Check the network and try again.",
    )


def cut(detail: str = "") -> ModelError:
    """The error for a connection that ended before the answer did."""
    return StreamError(
        "The answer was cut off: the connection ended before the answer was complete.",
        advice="What arrived is kept. Try again.",
        detail=detail,
    )


def damaged(detail: str) -> ModelError:
    """The error for a body whose compression does not come apart."""
    return StreamError(
        "The server's answer arrived damaged and could not be unpacked.",
        advice="What arrived is kept. Try again; if it happens each time, a proxy on the way may be the cause.",
        detail=detail,
    )


def too_large(limit_bytes: int) -> ModelError:
    """The error for an answer that fills the memory."""
    return StreamError(
        f"The server sent more than {limit_bytes // 1_000_000} MB as one answer, so it was not read to its end.",
        advice="Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1), then try again.",
    )


def no_characters(reason: FinishReason | None) -> ModelError:
    """The error for an answer that ended properly without a character."""
    if reason is FinishReason.CONTENT_FILTER:
        return EmptyAnswerError(
            "The provider's content filter held the answer back.", advice="Word the request differently and try again."
        ).offering(Remedy.EDIT)
    if reason is FinishReason.LENGTH:
        return EmptyAnswerError(
            "The model used up its output limit before it wrote an answer.",
            advice="Raise the output limit of this profile in Settings, Models, or ask for less at once.",
        ).offering(Remedy.EDIT)
    return EmptyAnswerError(
        "The model's answer is empty.", advice="Try again, or word the request differently; no file was changed."
    )


def unusable_key(target: Target) -> ModelError:
    """The error for a key that cannot even be sent."""
    return AuthenticationError(
        f"The key of “{target.profile_name}” holds characters that no key has, so it was not sent.",
        advice="Paste the key again in Settings, Models; a line break or a typographic character may have slipped in.",
    )


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """What the server asks to wait, in seconds; None if it does not say. `now` is Unix time."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        from email.utils import parsedate_to_datetime  # not before a server asks for it

        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _refused_key(target: Target, status: int, code: str, detail: str) -> ModelError:
    if target.key is None:
        return AuthenticationError(
            "The server wants a key, and none is set for this profile.",
            advice=f"Enter the key of “{target.profile_name}” in Settings, Models.",
            detail=detail,
        )
    if code == "unsupported_country_region_territory":
        return AuthenticationError(
            "The provider does not offer its models where this machine is (HTTP 403).",
            advice="A VPN or proxy may make it seem elsewhere: check them, or choose another provider.",
            detail=detail,
        )
    if status == 401:
        return AuthenticationError(
            f"The server refused the key of “{target.profile_name}” (HTTP 401).",
            advice="Check the key in Settings, Models: paste it again, or make a new one on the provider's page.",
            detail=detail,
        )
    return AuthenticationError(
        f"The key of “{target.profile_name}” is not allowed to do this (HTTP 403).",
        advice="Check on the provider's page what the key may do and which models it may use.",
        detail=detail,
    )


def proxy_wants_login(target: Target, detail: str) -> ModelError:
    """The error for a proxy that lets nobody through without a name and password."""
    where = f" {shown_host(target.proxy)}" if target.proxy else ""
    return NetworkError(
        f"The proxy{where} wants a login (HTTP 407).",
        advice="Put it into this machine's proxy setting (HTTPS_PROXY=http://user:password@host:port) and start the "
        "program again.",
        detail=detail,
    )


def _redirected(target: Target, location: str, detail: str) -> ModelError:
    where = f" to {shown_host(location)}" if "://" in location else " elsewhere"
    return ServerError(
        f"{shown_host(target.url)} sends requests on{where}, and the key is not taken there unasked.",
        advice="If that is right, put the new address into the base URL in Settings, Models.",
        detail=target.clean(f"{detail} Location: {location}"),
    )


def _filtered(detail: str) -> ModelError:
    return ContentFilterError(
        "The provider's content filter refused the request.",
        advice="Word the request differently, or leave out the part of the context that it takes offence at.",
        detail=detail,
    )


def _server_failed(target: Target, status: int, headers: Mapping[str, str], detail: str) -> ModelError:
    if status in (503, 529):
        message = f"The model's server is overloaded or being restarted (HTTP {status})."
        wait_s = retry_after_s(headers, time.time())
        if wait_s is not None:
            advice = f"It asks to wait {_duration(max(1.0, wait_s))}."
            return RateLimitError(message, retry_after_s=wait_s, advice=advice, detail=detail)
        return ServerError(message, advice="Try again in a moment.", detail=detail)
    if status in (502, 504):
        in_time = " in time" if status == 504 else ""
        return ServerError(
            f"{shown_host(target.url)} could not reach the model behind it{in_time} (HTTP {status}).",
            advice="The server behind it may be starting or overloaded: try again in a moment.",
            detail=detail,
        )
    return ServerError(
        f"The model's server failed (HTTP {status}).",
        advice="This is on the server's side and often passes: try again in a moment.",
        detail=detail,
    )


def _quota(detail: str) -> ModelError:
    return QuotaError(
        "The account behind this key has no credit left.",
        advice="Add credit or raise the limit on the provider's billing page, or choose another model.",
        detail=detail,
    )


def _rate_limit(headers: Mapping[str, str], detail: str) -> ModelError:
    wait_s = retry_after_s(headers, time.time())
    when = "in a moment" if wait_s is None else f"in {_duration(max(1.0, wait_s))}"
    return RateLimitError(
        "The server takes no more requests at the moment: its rate limit is reached.",
        retry_after_s=wait_s,
        advice=f"Try again {when}.",
        detail=detail,
    )


def _context_length(target: Target, detail: str) -> ModelError:
    return ContextLengthError(
        f"The request is too long for {target.model}.",
        advice="Remove context or start a new conversation, or choose a model that takes more.",
        detail=detail,
    )


def _unknown_model(target: Target, detail: str) -> ModelError:
    return UnknownModelError(
        f"The server does not know the model “{target.model}”, or this key may not use it.",
        advice="Choose a model from the list in Settings, Models.",
        detail=detail,
    )


def _unreadable_call(detail: str) -> ModelError:
    return ServerError(
        "The model's tool call was malformed, and the server kept it back.",
        advice="Try again; if it happens often, choose another edit format for this model in Settings, Models.",
        detail=detail,
    ).offering(Remedy.RETRY, Remedy.MODELS)


def _tools_refused(target: Target, detail: str) -> ModelError:
    return ToolsRefusedError(
        f"The server takes no tools for {target.model}, so this model cannot make tool calls.",
        advice="Choose another edit format for it in Settings, Models.",
        detail=detail,
    )


def _nothing_there(target: Target, detail: str) -> ModelError:
    return ServerError(
        f"There is no such address on the server: {target.clean(target.url)} (HTTP 404).",
        advice="Check the base URL in Settings, Models; it usually ends in /v1.",
        detail=detail,
    )


def _message_and_code(body: str) -> tuple[str, str]:
    """Message and code (or type) of an error body in any of the usual forms; ("", "") when it is none."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    error = payload.get("error", payload) if isinstance(payload, dict) else payload
    if not isinstance(error, dict):
        return str(error), ""
    message = error.get("message") or error.get("detail") or error.get("error") or ""
    return str(message), str(error.get("code") or error.get("type") or "")


def shown_host(url: str) -> str:
    """Host and port of a URL as a sentence names them, without user and password."""
    return re.sub(r"^[a-z]+://(?:[^/@]*@)?|/.*$", "", url) or "the server"


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\s*\d{1,9}(\.\d+)?\s*", text) else None


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds:.1f} seconds"
    if seconds < 120:
        whole = round(seconds)
        return "1 second" if whole == 1 else f"{whole} seconds"
    return f"{round(seconds / 60)} minutes"
