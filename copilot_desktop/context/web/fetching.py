"""Fetches one web page that the user has named and confirmed. Nothing goes out but the request for it: no cookies, no
text of the user's. On the asyncio thread.

A page can send on to another address, and a name can lead anywhere: to addresses of this machine and its network only
the user's own typing leads. The address that was checked is the one that is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import zlib
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from copilot_desktop.context.web.page_text import PageText, page_text
from copilot_desktop.errors import NetworkError, ServerError, UsageError
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import httpx2

_REDIRECTS: Final = 5
_MOVED: Final = (301, 302, 303, 307, 308)
_TEXTS: Final = ("application/json", "application/xml", "application/xhtml+xml")
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
_GZIP: Final = 47
"""What zlib is told to read gzip and deflate alike."""
_NO_PAGE: Final = "Nothing of it was kept."


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Seconds for all of it, and the bytes that are read of a page."""

    whole_s: float = 20.0
    most_bytes: int = 2_000_000


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """`url` is where it was in the end; `is_cut`: more came than is read."""

    url: str
    page: PageText
    size_bytes: int
    is_cut: bool


def refuse_address(url: str) -> None:
    """Raise UsageError for an address that no page can be fetched from. Asks nobody."""
    parts = _parts_of(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url} is no address of a web page.", advice="It begins with https:// or http://.")
    if parts.username is not None or parts.password is not None:
        raise UsageError("An address with a name or password in it is not fetched.", advice="Take them out of it.")


async def fetch_page(url: str, limits: PageLimits = PageLimits()) -> FetchedPage:  # noqa: B008
    """Fetch a page as text. Raises UsageError, NetworkError and ServerError; cancelling closes the socket."""
    import httpx2

    refuse_address(url)
    host = _parts_of(url).hostname or ""
    try:
        async with asyncio.timeout(limits.whole_s):
            return await _fetch(url, host, limits)
    except TimeoutError as error:
        raise NetworkError(f"{host} did not send the page within {limits.whole_s:g} seconds. {_NO_PAGE}") from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, ValueError, zlib.error) as error:
        detail = f"{type(error).__name__}: {error}"
        raise NetworkError(f"The page could not be fetched from {host}. {_NO_PAGE}", detail=detail) from error


async def _fetch(url: str, typed_host: str, limits: PageLimits) -> FetchedPage:
    import httpx2

    for _step in range(_REDIRECTS + 1):
        parts = _parts_of(url)
        pinned = await _checked(parts, typed_host)
        headers = {
            "Host": parts.netloc,
            "User-Agent": "copilot-desktop",
            "Accept": "text/html,text/plain,*/*;q=0.1",
            "Accept-Encoding": "identity",
        }
        async with httpx2.AsyncClient(timeout=limits.whole_s, trust_env=False) as client:
            extensions = {"sni_hostname": parts.hostname} if parts.scheme == "https" else {}
            request = client.build_request("GET", pinned, headers=headers, extensions=extensions)
            response = await client.send(request, stream=True)
            try:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    return await _read(response, url, limits)
            finally:
                await response.aclose()
        wanted = urljoin(url, response.headers["location"])
        refuse_address(wanted)
        if parts.scheme == "https" and _parts_of(wanted).scheme != "https":
            raise ServerError(f"{parts.hostname} sends on to an address without encryption. {_NO_PAGE}")
        url = wanted
    raise ServerError(f"{typed_host} sends on from one address to the next without an end. {_NO_PAGE}")


async def _checked(parts: SplitResult, typed_host: str) -> str:
    """The address to connect to, with the number of a host that may be asked in the place of its name."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NetworkError(f"The name {host} could not be found. {_NO_PAGE}", advice="Check the address.") from error
    numbers = list(dict.fromkeys(str(each[4][0]) for each in found))
    is_own = host == typed_host and _is_near(host)
    inside = [number for number in numbers if not _is_public(number)]
    if inside and not is_own:
        how = "sends on to" if host != typed_host else "leads to"
        raise ServerError(
            f"{typed_host} {how} {inside[0]}, an address of this machine or its network. {_NO_PAGE}",
            advice="If you mean it, name that address itself.",
        )
    number = next(iter(sorted(numbers, key=lambda each: ":" in each)))
    shown = f"[{number}]" if ":" in number else number
    return parts._replace(netloc=f"{shown}:{port}", fragment="").geturl()


def _is_near(host: str) -> bool:
    """Whether a name that was typed says itself that it is of this machine or network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # Not a number in another form, such as 2130706433 or 0x7f000001.
        return _PLAIN_NAME.fullmatch(host) is not None or host.endswith(
            (".localhost", ".local", ".lan", ".internal", ".home.arpa")
        )


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast


async def _read(response: httpx2.Response, url: str, limits: PageLimits) -> FetchedPage:
    host = _parts_of(url).hostname
    if response.status_code != 200:
        raise ServerError(f"{host} does not give the page (status {response.status_code}). {_NO_PAGE}")
    kind, _semicolon, rest = response.headers.get("content-type", "text/html").partition(";")
    kind = kind.strip().lower()
    if not kind.startswith("text/") and kind not in _TEXTS:
        raise UsageError(f"What {host} gives is {kind or 'nothing known'} and no text. {_NO_PAGE}")
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "deflate"):
        raise ServerError(f"{host} packs the page in a way that was not asked for ({packing}). {_NO_PAGE}")
    data, is_cut = await _bytes_of(response, packing != "identity", limits.most_bytes)
    source = _decoded(data, rest)
    is_html = kind in ("text/html", "application/xhtml+xml")
    page = await asyncio.to_thread(page_text, source, is_html=is_html)
    if not page.text.strip():
        raise UsageError(f"There is no text in the page of {host}: it may be made by scripts, which are not run.")
    return FetchedPage(url, page, len(data), is_cut)


async def _bytes_of(response: httpx2.Response, is_packed: bool, most: int) -> tuple[bytes, bool]:
    """At most so many, unpacked no further than that."""
    taken = bytearray()
    unpacking = zlib.decompressobj(_GZIP) if is_packed else None
    async for piece in response.aiter_raw():
        room = most + 1 - len(taken)
        taken += piece if unpacking is None else unpacking.decompress(piece, room)
        if len(taken) > most:
            return bytes(taken[:most]), True
    return bytes(taken), False


def _decoded(data: bytes, parameters: str) -> str:
    named = _CHARSET.search(parameters) or _CHARSET.search(data[:2048].decode("latin-1"))
    for encoding in (named[1] if named else "utf-8", "utf-8"):
        try:
            return data.decode(encoding, "replace")
        except LookupError:
            continue
    return ""


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise UsageError(f"{url} is no address of a web page.", advice="It begins with https:// or http://.") from error
    return parts
