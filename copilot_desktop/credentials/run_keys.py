"""Keys for this run only: in memory, gone with the program. And what may be a key, and what is shown of one."""

from __future__ import annotations

import threading

from copilot_desktop.errors import UsageError

_SHOWN_FROM_CHARACTERS = 12


class RunKeys:
    """Keys by profile name, in memory. Safe in every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"RunKeys({len(self._keys)} keys)"

    def get(self, profile_name: str) -> str | None:
        """The key of a profile, or None."""
        with self._lock:
            return self._keys.get(profile_name)

    def set(self, profile_name: str, key: str) -> None:
        """Keep a key until the program ends."""
        with self._lock:
            self._keys[profile_name] = key.strip()

    def delete(self, profile_name: str) -> None:
        """Forget a key; none there is fine."""
        with self._lock:
            self._keys.pop(profile_name, None)

    def move(self, old_name: str, new_name: str) -> None:
        """Hold the key of one profile for another instead; none there is fine."""
        with self._lock:
            key = self._keys.pop(old_name, None)
            if key is not None:
                self._keys[new_name] = key


def last_four(key: str) -> str:
    """The last four characters, all that is ever shown of a key; "" for one so short that four would tell too much."""
    return key[-4:] if len(key) >= _SHOWN_FROM_CHARACTERS else ""


def checked_key(text: str) -> str:
    """The key that was pasted or typed. Raises UsageError for what cannot be one; the sentence never holds it."""
    key = text.strip()
    if not key:
        raise UsageError("No key was given, so nothing was kept.", advice="Paste it and try again.")
    if not all("!" <= character <= "~" for character in key):
        raise UsageError(
            "That is no key: it holds spaces, line ends or letters that no key has. Nothing was kept.",
            advice="Copy the key alone from the server's page and paste it again.",
        )
    return key
