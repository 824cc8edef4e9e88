"""Keys in the operating system's keyring, and nowhere else on disk.

A locked keyring asks for its password in a window of its own and blocks its caller for as long as that is open: so
every call runs on a thread of its own with a time limit. Only keyrings of the systems themselves are used; a package
that adds one that keeps keys as plain text, or forgets them, is never chosen.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from copilot_desktop import APPLICATION_ID
from copilot_desktop.errors import CredentialError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

_RUN_ONLY = "or use the key for this run only."
_BACKENDS = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
    ),
}
# What secretstorage and macOS raise, and what keyring itself says of a closed window (Secret Service, KWallet).
_DISMISSED = ("PromptDismissedException", "KeychainDenied")
_DISMISSED_TEXTS = ("Failed to unlock the", "Cancelled by user")


class KeyringStore:
    """Keys by profile name. Blocking: call it on a worker thread. Safe in every thread; calls go one after another.

    `time_limit_s` leaves the user time to type the keyring's password.
    """

    def __init__(self, time_limit_s: float = 60.0, service: str = APPLICATION_ID) -> None:
        self._time_limit_s = time_limit_s
        self._service = service
        self._turn = threading.Lock()

    def get(self, profile_name: str) -> str | None:
        """The key of a profile, or None when there is none. Raises CredentialError."""
        return self._call(lambda keyring: keyring.get_password(self._service, profile_name))

    def set(self, profile_name: str, key: str) -> None:
        """Keep a key and read it back to be sure. Raises CredentialError; then nothing can be relied on being kept."""
        clean = key.strip()
        if not clean:
            raise CredentialError("The key is empty, so nothing was kept.", advice="Paste the key and try again.")

        def keep(keyring: KeyringBackend) -> str | None:
            keyring.set_password(self._service, profile_name, clean)
            return keyring.get_password(self._service, profile_name)

        if self._call(keep) != clean:
            raise CredentialError(
                "The keyring took the key but did not give it back, so it is not kept.",
                advice=f"Check the keyring in its own settings program and try again, {_RUN_ONLY}",
            )

    def delete(self, profile_name: str) -> None:
        """Forget a key; none there is fine. Raises CredentialError, also when the key is still there afterwards."""

        def forget(keyring: KeyringBackend) -> str | None:
            if keyring.get_password(self._service, profile_name) is not None:
                keyring.delete_password(self._service, profile_name)
            return keyring.get_password(self._service, profile_name)

        if self._call(forget) is not None:
            raise CredentialError(
                "The keyring still holds the key.", advice="Delete it in the keyring's own settings program."
            )

    def copy(self, old_name: str, new_name: str) -> bool:
        """Keep the key of one profile for another as well, and read it back; False: there is none.

        Raises CredentialError; the key of `old_name` is as it was then.
        """
        key = self.get(old_name)
        if not key or not key.strip():
            return False
        self.set(new_name, key)
        return True

    def availability(self) -> str | None:
        """None when this system has a keyring, else the sentence that says what is missing. Asks for no password."""
        try:
            self._call(lambda keyring: None)
        except CredentialError as error:
            return f"{error.message} {error.advice}"
        return None

    def _call(self, work: Callable[[KeyringBackend], T]) -> T:
        """Run on a daemon thread; one that waits for the keyring for ever does not hold up the program's end."""
        if not self._turn.acquire(timeout=self._time_limit_s):
            raise _too_slow(self._time_limit_s)
        results: list[T] = []
        errors: list[Exception] = []

        def body() -> None:
            try:
                results.append(work(_system_keyring()))
            except Exception as error:  # noqa: BLE001 # border: worker thread; backends raise what their libraries raise
                errors.append(error)
            finally:
                self._turn.release()

        thread = threading.Thread(target=body, name="keyring", daemon=True)
        thread.start()
        thread.join(self._time_limit_s)
        if thread.is_alive():
            raise _too_slow(self._time_limit_s)
        if errors:
            raise _named(errors[0]) from errors[0]
        return results[0]


def _system_keyring() -> KeyringBackend:
    """The best keyring that works now; asked for anew each time, since a service may come and go."""
    found: list[tuple[float, KeyringBackend]] = []
    # keyring logs a failed look for a service as an error; to us it is an ordinary answer.
    logging.getLogger("keyring").setLevel(logging.CRITICAL)
    for module_name, class_name in _BACKENDS.get(sys.platform, ()):
        try:
            backend: type[KeyringBackend] = getattr(importlib.import_module(module_name), class_name)
            found.append((float(backend.priority), backend()))
        except Exception:  # noqa: BLE001, S112 # border: a backend that is not usable says so by any exception
            continue
    if not found:
        raise CredentialError(
            "This system offers no keyring that the program can use, so keys cannot be kept.",
            advice="Start one (on Linux GNOME Keyring or KWallet; on a server there is often none), " + _RUN_ONLY,
        )
    return max(found, key=lambda pair: pair[0])[1]


def _named(error: Exception) -> CredentialError:
    import keyring.errors

    if isinstance(error, CredentialError):
        return error
    if _is_dismissed(error):
        return CredentialError(
            "You closed the keyring's password window, so the keyring stayed locked.",
            advice=f"Try again and type the keyring's password there (often that of your login), {_RUN_ONLY}",
            detail=_detail(error),
        )
    if isinstance(error, keyring.errors.KeyringLocked) or "lock" in type(error).__name__.lower():
        return CredentialError(
            "The keyring is locked.",
            advice=f"Unlock it (it usually opens when you log in, and asks for its password else) and try again, "
            f"{_RUN_ONLY}",
            detail=_detail(error),
        )
    return CredentialError(
        "The keyring could not be used.",
        advice=f"Check that it is running and set up, then try again, {_RUN_ONLY}",
        detail=_detail(error),
    )


def _is_dismissed(error: BaseException) -> bool:
    """Whether the user was asked for the keyring's password and said no.

    The Secret Service says the same of a password window that had no screen to open on.
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__) is not None and cause not in chain:
        chain.append(cause)
    return any(type(each).__name__ in _DISMISSED or str(each).startswith(_DISMISSED_TEXTS) for each in chain)


def _detail(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _too_slow(limit_s: float) -> CredentialError:
    return CredentialError(
        f"The keyring did not answer within {limit_s:.0f} seconds.",
        advice="It may be waiting for its password in a window of its own: unlock it there and try again, " + _RUN_ONLY,
    )
