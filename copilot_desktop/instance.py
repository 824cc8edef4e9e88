"""One process for each home: the first one holds a lock and listens, a later one hands its places over and ends.

It listens on loopback, and whoever asks must know the token of a file that only the user can read: a Unix socket has a
name of at most 108 bytes, and Windows has none.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from copilot_desktop.errors import AlreadyRunningError

LIMIT_BYTES: Final = 1_000_000
ANSWER: Final = b"ok\n"
_LOCK = "instance.lock"
_ADDRESS = "instance.json"
_ASK_S = 5.0
_PAUSE_S = 0.05


class HandOver(NamedTuple):
    """What a later start asks of the process that runs: places as absolute paths with 0-based half-open lines,
    and the column in the first of them where one was named."""

    places: tuple[tuple[str, tuple[int, ...] | None], ...] = ()
    is_new_window: bool = False
    activation_token: str = ""
    """Wayland's permission to take the keyboard, from whoever started the later process."""


class Claim:
    """This process is the one of its home until `release`, or until it ends in whatever way."""

    def __init__(self, state_folder: Path, lock: IO[bytes] | None) -> None:
        self._address = state_folder / _ADDRESS
        self._lock = lock
        self.token = os.urandom(32).hex()
        self._address.unlink(missing_ok=True)

    def publish(self, port: int) -> None:
        """Tell later processes where this one listens."""
        _write_private(self._address, {"port": port, "token": self.token, "pid": os.getpid()})

    def release(self) -> None:
        """Let another process be the one."""
        with contextlib.suppress(OSError):
            self._address.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def claim_or_hand_over(state_folder: Path, request: HandOver, limit_s: float = 10.0) -> Claim | None:
    """Become the one process of a home, or have the one that is there show the places (None).

    Raises AlreadyRunningError when it is there and does not answer within `limit_s`.
    """
    deadline = time.monotonic() + limit_s
    while True:
        claimed = claim(state_folder)
        if claimed is not None:
            return claimed
        # It may be on its way up, with nobody listening yet, or down.
        if _ask(state_folder, request):
            return None
        if time.monotonic() > deadline:
            raise AlreadyRunningError(
                f"The program is running already{_process(state_folder)}, and does not answer.",
                advice="Wait a moment and start it again, or end that process.",
            )
        time.sleep(_PAUSE_S)


def encoded(request: HandOver, token: str) -> bytes:
    """A request as one line."""
    values = {
        "token": token,
        "places": [[path, list(lines) if lines is not None else None] for path, lines in request.places],
        "is_new_window": request.is_new_window,
        "activation_token": request.activation_token,
    }
    return json.dumps(values).encode() + b"\n"


def decoded(line: bytes, token: str) -> HandOver | None:
    """A request as it came; None when it is none of ours."""
    import secrets

    try:
        values = json.loads(line)
        if not secrets.compare_digest(str(values["token"]), token):
            return None
        places = tuple((str(path), None if lines is None else _lines(lines)) for path, lines in values["places"])
        return HandOver(places, values["is_new_window"] is True, str(values["activation_token"]))
    except (ValueError, TypeError, KeyError):
        return None


def _lines(values: list[Any]) -> tuple[int, ...]:
    start, end, *column = (int(value) for value in values)
    if not 0 <= start <= end or len(column) > 1 or any(value < 0 for value in column):
        raise ValueError("no lines")
    return (start, end, *column)


def claim(state_folder: Path) -> Claim | None:
    """Become the one process of a home; None when another one is."""
    try:
        lock = open(state_folder / _LOCK, "ab")  # noqa: SIM115 - held as long as the program runs
    except OSError:
        # A folder that cannot be written has its own sentence; two windows on it harm each other no more than one.
        return Claim(state_folder, None)
    try:
        _lock(lock)
    except BlockingIOError:
        lock.close()
        return None
    except OSError:
        lock.close()
        return Claim(state_folder, None)  # a network folder without locks
    return Claim(state_folder, lock)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _ask(state_folder: Path, request: HandOver) -> bool:
    # Not imported above: the first process asks nobody, and is to show its window.
    import socket

    address = _read(state_folder)
    try:
        port, token = int(address["port"]), str(address["token"])
        with socket.create_connection(("127.0.0.1", port), timeout=_ASK_S) as connection:
            connection.sendall(encoded(request, token))
            with connection.makefile("rb") as answer:
                return answer.readline(len(ANSWER)) == ANSWER
    except (KeyError, ValueError, OSError):
        return False


def _read(state_folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((state_folder / _ADDRESS).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _process(state_folder: Path) -> str:
    pid = _read(state_folder).get("pid")
    return f" (process {pid})" if isinstance(pid, int) else ""


def _write_private(path: Path, values: dict[str, Any]) -> None:
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file)
    os.replace(temporary, path)
