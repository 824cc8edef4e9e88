"""Every way a request gets no answer at all, as a sentence: names, routes, proxies, certificates."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Final

from copilot_desktop.errors import ModelError, NetworkError, Remedy
from copilot_desktop.llm.transport.failures import Target, proxy_wants_login, shown_host

_CHECK_ADDRESS: Final = "Check the network and the base URL in Settings, Models; then try again."
# Codes of OpenSSL's X509_V_ERR_….
_NOT_YET_VALID, _EXPIRED, _HOSTNAME, _ADDRESS = 9, 10, 62, 64
_SELF_SIGNED: Final = (18, 19)
_UNKNOWN_ISSUER: Final = (2, 20, 21)


def error_of_connection(target: Target, error: BaseException) -> ModelError:
    """The error for a request that got no answer: no name, no route, no TLS, no time left."""
    causes = list(_causes(error))
    detail = target.clean("; ".join(f"{type(cause).__name__}: {cause}" for cause in causes))
    names = {type(cause).__name__ for cause in causes}
    proxied = next((cause for cause in causes if type(cause).__name__ == "ProxyError"), None)
    if proxied is not None:
        return _of_proxy(target, str(proxied), detail)
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if tls is not None:
        return _of_tls(target, tls, detail)
    # A connection that was not made has carried no request, so that making it again is safe.
    if "ConnectTimeout" in names:
        return _not_accepted_in_time(target, detail)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _unknown_name(target, detail)
    if _is_refused(causes):
        return _nothing_answers(target, detail)
    if "ConnectError" in names:
        return NetworkError(
            f"{_first_hop(target)} could not be reached.",
            advice=_CHECK_ADDRESS,
            detail=detail,
            may_retry=True,
        )
    if "RemoteProtocolError" in names and "disconnected" not in detail:
        return NetworkError(
            f"What answers at {shown_host(target.url)} does not speak HTTP.",
            advice="Check the port in the base URL in Settings, Models, and whether it begins with http or https.",
            detail=detail,
        )
    if "RemoteProtocolError" in names:
        return NetworkError(
            f"{shown_host(target.url)} closed the connection without answering.",
            advice="The server may have crashed or been restarted: try again, and look at its own output.",
            detail=detail,
        )
    return NetworkError(
        f"The connection to {shown_host(target.url)} failed before an answer came.",
        advice=_CHECK_ADDRESS,
        detail=detail,
    )


def error_of_address(target: Target, error: BaseException) -> ModelError:
    """The error for a base URL, proxy or certificate setting that cannot be used at all."""
    return NetworkError(
        f"No connection can be made with the base URL {target.clean(target.url) or '(empty)'}.",
        advice="It must begin with http:// or https:// and usually ends in /v1. If it looks right, check the proxy and "
        "certificate settings of this machine (HTTPS_PROXY, SSL_CERT_FILE).",
        detail=target.clean(f"{type(error).__name__}: {error}"),
    ).offering(Remedy.MODELS, Remedy.RETRY)


def _not_accepted_in_time(target: Target, detail: str) -> ModelError:
    return NetworkError(
        f"{_first_hop(target)} did not accept a connection in time.",
        advice="Check the network, a VPN or proxy, and the base URL in Settings, Models; then try again.",
        detail=detail,
        may_retry=True,
    )


def _unknown_name(target: Target, detail: str) -> ModelError:
    if target.proxy:
        return NetworkError(
            f"The name of the proxy, {shown_host(target.proxy)}, could not be found.",
            advice="Correct the proxy setting of this machine (HTTPS_PROXY), or add the server to NO_PROXY.",
            detail=detail,
            may_retry=True,
        )
    return NetworkError(
        f"The name {shown_host(target.url)} could not be found.",
        advice="Check the network and the spelling of the base URL in Settings, Models.",
        detail=detail,
        may_retry=True,
    )


def _nothing_answers(target: Target, detail: str) -> ModelError:
    if target.proxy:
        return NetworkError(
            f"The proxy {shown_host(target.proxy)} does not take connections.",
            advice="Start it, correct the proxy setting of this machine (HTTPS_PROXY), or add the server to NO_PROXY.",
            detail=detail,
            may_retry=True,
        )
    return NetworkError(
        f"Nothing answers at {shown_host(target.url)}.",
        advice="Start the model's server, or correct the base URL in Settings, Models.",
        detail=detail,
        may_retry=True,
    )


def _of_proxy(target: Target, said: str, detail: str) -> ModelError:
    if said.startswith("407"):
        return proxy_wants_login(target, detail)
    return NetworkError(
        f"The proxy {shown_host(target.proxy)} would not connect to {shown_host(target.url)}.",
        advice="Ask who runs the proxy whether it may reach this server; the details hold its reason.",
        detail=detail,
    )


def _of_tls(target: Target, error: ssl.SSLError, detail: str) -> ModelError:
    host = shown_host(target.url)
    if isinstance(error, ssl.SSLCertVerificationError):
        message, advice = _of_certificate(host, error.verify_code)
    elif error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        message = f"{host} does not answer with a secure connection."
        advice = "If it is a server on your own network, its base URL begins with http:// in place of https://."
    else:
        message = f"No secure connection to {host} could be made."
        advice = (
            "Check that the base URL uses the right scheme (https or http) and, behind a company proxy, that its "
            "certificate is installed on this machine."
        )
    return NetworkError(message, advice=advice, detail=detail)


def _of_certificate(host: str, code: int) -> tuple[str, str]:
    """Message and advice for a certificate that does not hold."""
    if code == _EXPIRED:
        return (
            f"The certificate of {host} has expired.",
            "Whoever runs the server must renew it; check this machine's date as well.",
        )
    if code == _NOT_YET_VALID:
        return f"The certificate of {host} is not valid yet.", "Check this machine's date and time."
    if code in (_HOSTNAME, _ADDRESS):
        return (
            f"The certificate that {host} showed is for another name.",
            "Use the name in the certificate in the base URL in Settings, Models.",
        )
    if code in _SELF_SIGNED:
        return (
            f"The certificate of {host} is signed by itself or by an authority that this machine does not know.",
            "If you trust it, install it on this machine, or point SSL_CERT_FILE to it and start the program again.",
        )
    if code in _UNKNOWN_ISSUER:
        return (
            f"The certificate of {host} was issued by an authority that this machine does not know.",
            "Behind a company proxy, install the company's certificate on this machine, or point SSL_CERT_FILE to it.",
        )
    return f"The certificate of {host} does not hold.", "The details hold the reason; tell whoever runs the server."


def _is_refused(causes: Sequence[BaseException]) -> bool:
    return any(
        isinstance(cause, ConnectionRefusedError)
        or "refused" in str(cause).lower()
        or "All connection attempts failed" in str(cause)
        for cause in causes
    )


def _first_hop(target: Target) -> str:
    return f"The proxy {shown_host(target.proxy)}" if target.proxy else shown_host(target.url)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that lies behind it, groups unfolded."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [behind for behind in (cause.__cause__, cause.__context__) if behind is not None]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
