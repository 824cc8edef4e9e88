"""Keys for this run only: in memory, gone with the program."""

from __future__ import annotations

import threading

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


def last_four(key: str) -> str:
    """The last four characters, all that is ever shown of a key; "" for one so short that four would tell too much."""
    return key[-4:] if len(key) >= _SHOWN_FROM_CHARACTERS else ""
