"""Keys that a command prints (`op read …`, `pass show …`): run without a shell, kept in memory for this run only."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any, Final

from copilot_desktop.credentials.secret_text import MASK, masked
from copilot_desktop.errors import CredentialError

_OUTPUT_LIMIT_BYTES: Final = 64_000
_DETAIL_CHARACTERS: Final = 300
_SECRET_CHARACTERS: Final = 4
"""Shorter words of what was printed are no keys, and are left in what it complained of."""
_BETWEEN_WORDS: Final = re.compile(r"[\s\"'`“”‘’=:,;()<>{}\[\]]+")
_READ_GRACE_S: Final = 2.0
# A command must not open a console window, and is ended together with what it started.
_OWN_GROUP: dict[str, Any] = {"creationflags": 0x0800_0200} if sys.platform == "win32" else {"start_new_session": True}


class CommandKeys:
    """Keys by command. Blocking: call it on a worker thread. Safe in every thread; a command runs once at a time.

    `time_limit_s` leaves the user time to unlock a password manager.
    """

    def __init__(self, environ: Mapping[str, str], time_limit_s: float = 60.0) -> None:
        self._environ = environ
        self._time_limit_s = time_limit_s
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._keys: dict[str, str] = {}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    def __repr__(self) -> str:
        return f"CommandKeys({len(self._keys)} keys)"

    def known(self, command: str) -> str | None:
        """The key that the command gave earlier in this run; nothing is started."""
        with self._lock:
            return self._keys.get(command)

    def get(self, command: str) -> str:
        """The key: as known, or the first line that the command prints. Raises CredentialError."""
        with self._lock:
            turn = self._turns.setdefault(command, threading.Lock())
        with turn:
            key = self.known(command)
            if key is None:
                key = self._run(command)
                with self._lock:
                    self._keys[command] = key
            return key

    def forget(self, command: str) -> None:
        """Run the command again next time: its key was refused, or the user asks for it."""
        with self._lock:
            self._keys.pop(command, None)

    def close(self) -> None:
        """End what runs; its callers get a CredentialError."""
        with self._lock:
            self._is_closed = True
            running = list(self._running)
        for process in running:
            _kill(process)

    def _run(self, command: str) -> str:
        arguments = _arguments(command)
        name = os.path.basename(arguments[0])
        try:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(self._environ),
                **_OWN_GROUP,
            )
        except FileNotFoundError as error:
            raise CredentialError(
                f"The command “{name}”, which is to give the key, was not found.",
                advice="Install it, or write its whole path in Settings, Models.",
            ) from error
        except (OSError, ValueError) as error:
            raise CredentialError(
                f"The command “{name}”, which is to give the key, could not be started.",
                advice="Check that it is a program that you may run.",
                detail=type(error).__name__ if isinstance(error, ValueError) else str(error.strerror),
            ) from error
        with self._lock:
            self._running.add(process)
            is_closed = self._is_closed
        try:
            if is_closed:
                _kill(process)
            return _key_of(name, process, self._time_limit_s)
        finally:
            _kill(process)
            with self._lock:
                self._running.discard(process)


def _arguments(command: str) -> list[str]:
    try:
        arguments = shlex.split(command, posix=sys.platform != "win32")
    except ValueError as error:
        raise CredentialError(
            "The command that is to give the key cannot be taken apart: a quotation mark is not closed.",
            advice="Correct it in Settings, Models.",
        ) from error
    if not arguments:
        raise CredentialError(
            "No command is set that would give the key.",
            advice="Write it in Settings, Models, or choose another source.",
        )
    # Outside of POSIX the quotation marks are left standing.
    return arguments if sys.platform != "win32" else [argument.strip('"') for argument in arguments]


def _key_of(name: str, process: subprocess.Popen[bytes], limit_s: float) -> str:
    """Wait for the end, reading on the side so that no pipe fills up; the first line of what came."""
    out, said = _Reader(process.stdout), _Reader(process.stderr)
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired as error:
        raise CredentialError(
            f"The command “{name}” gave no key within {limit_s:.0f} seconds.",
            advice="It may wait for you in a window or terminal of its own, or want to be logged in: run it in a "
            "terminal once, then try again.",
        ) from error
    finally:
        # What it left running in the background would hold the pipes open.
        _kill(process)
        output, complaint = out.finish(), said.finish()
    if code != 0:
        raise CredentialError(
            f"The command “{name}” failed (exit code {code}), so there is no key.",
            advice="Run it in a terminal to see what it wants; the details hold what it said.",
            detail=_detail(complaint, output),
        )
    key = output.strip().split(b"\n")[0].strip()
    if not key:
        raise CredentialError(
            f"The command “{name}” printed nothing, so there is no key.",
            advice="It must print the key to its standard output; run it in a terminal to see.",
            detail=_detail(complaint, output),
        )
    if len(output) > _OUTPUT_LIMIT_BYTES or not key.isascii() or b" " in key or not key.decode("ascii").isprintable():
        raise CredentialError(
            f"What the command “{name}” printed is no key.",
            advice="The first line that it prints must be the key and nothing else; run it in a terminal to see.",
        )
    return key.decode("ascii")


def _detail(complaint: bytes, output: bytes) -> str:
    """The end of what it complained of, without any line or word that it printed: one of them may be the key."""
    printed = output.decode("utf-8", "replace")
    text = complaint.decode("utf-8", "replace").strip()
    pieces = {line.strip() for line in printed.splitlines()} | set(printed.split()) | set(_BETWEEN_WORDS.split(printed))
    # A line before its words, and a word before what is only a part of it.
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SECRET_CHARACTERS:
            text = text.replace(piece, MASK)
    return masked(text)[-_DETAIL_CHARACTERS:]


class _Reader:
    """Reads a pipe to its end on a thread, keeping a bounded part."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._pipe = pipe
        self._data = bytearray()
        self._thread = threading.Thread(target=self._read, name="key-command", daemon=True)
        self._thread.start()

    def finish(self) -> bytes:
        self._thread.join(_READ_GRACE_S)
        return bytes(self._data)

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe, suppress(OSError, ValueError):
            while chunk := os.read(self._pipe.fileno(), 8192):
                self._data += chunk[: _OUTPUT_LIMIT_BYTES + 1 - len(self._data)]


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_READ_GRACE_S)
