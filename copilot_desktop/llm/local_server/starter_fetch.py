"""Fetches the starter model's file: goes on where an earlier try stopped, and keeps only what has the right SHA-256.

What has come is in FILE.part until it is whole and checked, so that no half file is ever taken for the model. Nothing
is sent but the request for the file.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import shutil
import socket
import ssl
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urljoin, urlsplit

from copilot_desktop.errors import CopilotError, LocalModelError, NetworkError, ServerError, StoreError
from copilot_desktop.llm.local_server.starter_model import StarterFile
from copilot_desktop.llm.transport.address import is_loopback
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import httpx2

PART_SUFFIX: Final = ".part"
_PIECE_BYTES: Final = 262_144
_SPARE_BYTES: Final = 20_000_000
"""The disk is not filled to its last byte: the program itself must be able to write."""
_TOLD_S: Final = 0.1
_REDIRECTS: Final = 5
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)\Z")
_GO_ON: Final = "Try again: it goes on where it stopped."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds to connect, without a byte, and between two tries; and how often a connection that broke is made anew."""

    connect_s: float = 15.0
    stall_s: float = 60.0
    pause_s: float = 1.0
    tries: int = 8


def part_bytes(file: StarterFile, folder: Path) -> int:
    """How much of it an earlier try has left in the folder. Blocking, briefly."""
    try:
        return min((folder / (file.file_name + PART_SUFFIX)).stat().st_size, file.size_bytes)
    except OSError:
        return 0


async def fetch_starter(
    file: StarterFile,
    folder: Path,
    told: Callable[[int], None],
    limits: FetchLimits = FetchLimits(),  # noqa: B008
) -> Path:
    """Fetch the file into a folder, which is made; returns where it is.

    `told(bytes so far)` is called on the event loop, ten times a second at most. Raises NetworkError, ServerError,
    StoreError, and LocalModelError for a file that is not the right one. Cancelling closes the socket; what has come
    stays for the next try, unless it is wrong.
    """
    part = await _in_thread(lambda: _Part.opened(file, folder))
    try:
        await _fetch_rest(file, part, told, limits)
        return await _in_thread(part.finish)
    finally:
        await _in_thread(part.close)


async def _fetch_rest(file: StarterFile, part: _Part, told: Callable[[int], None], limits: FetchLimits) -> None:
    told(part.count)
    for number in range(1, limits.tries + 1):
        if not part.is_short:
            return
        before = part.count
        try:
            await _ask(file, part, told, limits)
        except NetworkError:
            # Broken off: as long as each try brings something nobody has to be told.
            if part.count <= before or number == limits.tries:
                raise
            await asyncio.sleep(limits.pause_s)


class _Part:
    """The file as far as it has come, with the hash of it. Blocking: used on worker threads, one call at a time."""

    def __init__(self, file: StarterFile, target: Path, place: Path) -> None:
        self._file, self._target, self._place = file, target, place
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._opened = FileIO(descriptor, "r+")
        self._hash = hashlib.sha256()
        self.count = 0

    @classmethod
    def opened(cls, file: StarterFile, folder: Path) -> _Part:
        """Open or make it, and read what it has already. Raises StoreError, also where there is too little room."""
        target = folder / file.file_name
        place = folder / (file.file_name + PART_SUFFIX)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = cls(file, target, place)
        except OSError as error:
            raise _not_kept(error, folder) from error
        try:
            part._read()
            needed, free = file.size_bytes - part.count, shutil.disk_usage(folder).free
        except OSError as error:
            part.close()
            raise _not_kept(error, folder) from error
        if free < needed + _SPARE_BYTES:
            part.close()
            raise StoreError(
                f"There is too little room for the model: it takes {_mb(needed)}, and {_mb(free)} are free "
                f"in {folder}.",
                advice="Make room there and try again.",
            )
        return part

    @property
    def is_short(self) -> bool:
        """Whether something is missing."""
        return self.count < self._file.size_bytes

    def write(self, data: bytes) -> None:
        """Add what has come. Raises StoreError, LocalModelError for more than there should be."""
        if self.count + len(data) > self._file.size_bytes:
            self.restart()
            raise _not_the_file(self._file, "it is longer")
        try:
            left = memoryview(data)
            while left:
                left = left[self._opened.write(left) :]
        except OSError as error:
            self._forget_the_rest()
            raise _not_kept(error, self._target.parent) from error
        self._hash.update(data)
        self.count += len(data)

    def restart(self) -> None:
        """Begin anew. Raises StoreError."""
        self.count, self._hash = 0, hashlib.sha256()
        try:
            self._opened.seek(0)
            self._opened.truncate()
        except OSError as error:
            raise _not_kept(error, self._target.parent) from error

    def finish(self) -> Path:
        """Check the whole, and give it its name. Raises StoreError, LocalModelError."""
        if self._hash.hexdigest() != self._file.sha256:
            self.restart()
            raise _not_the_file(self._file, "its checksum is another one")
        try:
            os.fsync(self._opened.fileno())
            self._opened.close()
            os.replace(self._place, self._target)
        except OSError as error:
            raise _not_kept(error, self._target.parent) from error
        return self._target

    def close(self) -> None:
        """Let go of it. Where nothing has come, nothing is left."""
        try:
            self._opened.close()
            if not self.count:
                self._place.unlink(missing_ok=True)
        except OSError:
            return

    def _read(self) -> None:
        while piece := self._opened.read(1_000_000):
            self._hash.update(piece)
            self.count += len(piece)
        if self.count > self._file.size_bytes:
            self.restart()

    def _forget_the_rest(self) -> None:
        """Of a write that failed a part may stand there: what the hash knows is what counts."""
        try:
            self._opened.seek(self.count)
            self._opened.truncate()
        except OSError:
            return


async def _ask(file: StarterFile, part: _Part, told: Callable[[int], None], limits: FetchLimits) -> None:
    """Ask once for what is missing, and take what comes."""
    import httpx2

    host = file.host
    timeout = httpx2.Timeout(limits.stall_s, connect=limits.connect_s)
    try:
        async with httpx2.AsyncClient(timeout=timeout, trust_env=not is_loopback(host)) as client:
            response = await _answer(client, file, part.count)
            try:
                await _check_head(response, file, part)
                await _take(response, part, told)
            finally:
                await response.aclose()
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise _no_answer(host, error, has_begun=part.count > 0) from error


async def _answer(client: httpx2.AsyncClient, file: StarterFile, start: int) -> httpx2.Response:
    """The answer with the file's bytes; publishers send on to where their files lie."""
    url, headers = file.url, {"User-Agent": "copilot-desktop", "Accept": "*/*", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    for _step in range(_REDIRECTS):
        response = await client.send(client.build_request("GET", url, headers=headers), stream=True)
        if response.status_code not in (301, 302, 303, 307, 308) or "location" not in response.headers:
            return response
        await response.aclose()
        wanted = urljoin(url, response.headers["location"])
        if urlsplit(url).scheme == "https" and urlsplit(wanted).scheme != "https":
            raise ServerError(f"{file.host} sends on to an address without encryption, so nothing was fetched.")
        url = wanted
    raise ServerError(f"{file.host} sends on from one address to the next without an end.", advice="Try again later.")


async def _check_head(response: httpx2.Response, file: StarterFile, part: _Part) -> None:
    """See what the server says it sends, before a byte of it is kept. Raises ServerError, LocalModelError."""
    status, start = response.status_code, part.count
    if status == 416 and start:
        await _in_thread(part.restart)
        raise NetworkError(f"{file.host} could not go on from there.", advice=_GO_ON)
    if status not in (200, 206):
        raise ServerError(
            f"{file.host} does not give the model's file (status {status}).",
            advice="Try again later, or connect another model.",
        )
    total = response.headers.get("content-length", "")
    if status == 206:
        found = _RANGE.match(response.headers.get("content-range", ""))
        if found is None or int(found[1]) != start:
            await _in_thread(part.restart)
            raise ServerError(f"{file.host} sent another part of the file than it was asked for.", advice=_GO_ON)
        total = found[2]
    elif start:
        # It knows nothing of parts: all of it comes once more.
        await _in_thread(part.restart)
    if total.isdecimal() and int(total) != file.size_bytes:
        raise _not_the_file(file, f"it has {int(total):,} bytes instead of {file.size_bytes:,}")


async def _take(response: httpx2.Response, part: _Part, told: Callable[[int], None]) -> None:
    last = 0.0
    async for data in response.aiter_raw(_PIECE_BYTES):
        await _in_thread(lambda data=data: part.write(data))  # type: ignore[misc]
        if time.monotonic() - last >= _TOLD_S:
            last = time.monotonic()
            told(part.count)
    told(part.count)
    if part.is_short:
        raise NetworkError("The connection was closed before the whole file had come.", advice=_GO_ON)


async def _in_thread(work: Callable[[], T]) -> T:
    """Run blocking work; when this is cancelled it is waited for all the same, so that nothing writes afterwards."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait((running,))
        raise


def _no_answer(host: str, error: BaseException, *, has_begun: bool) -> CopilotError:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    names = {type(each).__name__ for each in causes}
    detail = "; ".join(f"{type(each).__name__}: {each}" for each in causes)
    if "ProxyError" in names:
        reason = "the proxy refuses; check HTTPS_PROXY"
    elif any(isinstance(each, ssl.SSLError) for each in causes):
        reason = "its certificate does not hold, or something on the way reads along"
    elif any(isinstance(each, socket.gaierror) for each in causes):
        reason = "its name could not be found; check the network"
    elif "ReadTimeout" in names:
        reason = "nothing came any more"
    elif names & {"ConnectTimeout", "ConnectError"}:
        reason = "no connection could be made; check the network, a VPN or a proxy"
    else:
        reason = "the connection broke"
    advice = _GO_ON if has_begun else "Try again when it can be reached, or connect another model."
    return NetworkError(f"The model could not be fetched from {host}: {reason}.", advice=advice, detail=detail)


def _not_the_file(file: StarterFile, why: str) -> LocalModelError:
    return LocalModelError(
        f"What {file.host} sent is not the model's file: {why}. Nothing of it was kept.",
        advice="Try again; if it stays so, the file there was changed, or something on the way changes it.",
    )


def _not_kept(error: OSError, folder: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            f"The disk is full, so the model could not be kept in {folder}.",
            advice="Make room and try again: it goes on where it stopped.",
        )
    return StoreError(
        f"The model cannot be kept in {folder}: {error.strerror or error}.",
        advice="Make the folder writable for you, then try again.",
    )


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.0f} MB"
