"""The keys of profiles: whether there is one, keeping and forgetting it. The keyring is called on workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.assembly import KeyChain
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.conversation.events import ErrorNotice, notice_of
from copilot_desktop.credentials.run_keys import checked_key, last_four
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is known of a profile's key. `shown` is `•••• abcd` or empty; `problem`: why it has none.

    `is_stored`: the key was given just now, and is kept; `is_deleted`: it was deleted just now.
    """

    profile_name: str
    source: KeySource
    has_key: bool
    shown: str = ""
    problem: ErrorNotice | None = None
    is_stored: bool = False
    is_deleted: bool = False


class ProfileKeys(QObject):
    """GUI thread. `state` carries one `KeyState`: the answer to each request."""

    state = Signal(object)

    def __init__(self, thread: AsyncThread, chain: KeyChain, queue: WorkQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._chain = chain
        self._queue = queue

    def read(self, setting: ProfileSetting) -> None:
        """Find out whether there is a key. The keyring may ask the user for its password."""
        name, source = setting.name, KeySource(setting.key_source)

        def look() -> KeyState:
            match source:
                case KeySource.NONE:
                    return KeyState(name, source, has_key=False)
                case KeySource.RUN:
                    key = self._chain.run_keys.get(name)
                case KeySource.ENVIRONMENT:
                    key = self._chain.environ.get(setting.environment_variable)
                case KeySource.COMMAND:
                    # It may ask for a password: it is run when the key is needed, not when the page is looked at.
                    key = self._chain.commands.known(setting.key_command)
                case KeySource.KEYRING:
                    key = self._chain.keyring.get(name)
            return _state_of(name, source, key)

        # Not in the queue: the keyring's password window may be open for long, and saving does not wait for it.
        self._thread.run_waiting(*self._answered(name, source, look))

    def store(self, name: str, source: KeySource, key: str) -> None:
        """Keep a key in the keyring, where it is read back, or in memory."""

        def keep() -> KeyState:
            clean = checked_key(key)
            if source is KeySource.RUN:
                self._chain.run_keys.set(name, clean)
                return replace(_state_of(name, source, self._chain.run_keys.get(name)), is_stored=True)
            self._chain.keyring.set(name, clean)
            # A key for this run only was the way out while the keyring did not work; it must not hide the new one.
            self._chain.run_keys.delete(name)
            return replace(_state_of(name, source, self._chain.keyring.get(name)), is_stored=True)

        self._queue.run(*self._answered(name, source, keep), may_wait=True)

    def delete(self, name: str, source: KeySource) -> None:
        """Forget a key."""

        def forget() -> KeyState:
            self._chain.run_keys.delete(name)
            if source is not KeySource.RUN:
                self._chain.keyring.delete(name)
            return KeyState(name, source, has_key=False, is_deleted=True)

        self._queue.run(*self._answered(name, source, forget), may_wait=True)

    def _answered(
        self, name: str, source: KeySource, work: Callable[[], KeyState]
    ) -> tuple[Callable[[], KeyState], Callable[[KeyState], None], Callable[[BaseException], None]]:
        """The work and what becomes of its answer; there is one in every case."""

        def guarded() -> KeyState:
            try:
                return work()
            except CopilotError as error:
                return KeyState(name, source, has_key=False, problem=notice_of(error))

        def failed(error: BaseException) -> None:
            self.state.emit(KeyState(name, source, has_key=False, problem=notice_of_any(error, "The keyring")))
            raise_unexpected(error)

        return guarded, self.state.emit, failed


def _state_of(name: str, source: KeySource, key: str | None) -> KeyState:
    if not key or not key.strip():
        return KeyState(name, source, has_key=False)
    return KeyState(name, source, has_key=True, shown=f"•••• {last_four(key.strip())}".rstrip())
