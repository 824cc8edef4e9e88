"""The hot-exit copies that a step of several files writes with them, and whom to ask for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.hot_exit.held_copy import HeldCopy


class HeldCopies:
    """The copies that a step writes, by path; to be released when it has ended, however it did."""

    def __init__(self, copies: Mapping[str, HeldCopy], release: Callable[[], None]) -> None:
        self._copies = copies
        self.release = release
        """The tabs hold what is right: their copies are begun anew from them."""

    def written(self, texts: Mapping[str, str | None]) -> list[FileWrite]:
        """What writes the texts that the tabs get into their copies. A tab whose text could not be kept has none."""
        return [copy.with_text(text) for path, copy in self._copies.items() if (text := texts.get(path)) is not None]


NOTHING_HELD: Final = HeldCopies({}, lambda: None)


class HoldsCopies(Protocol):
    """Keeps unsaved texts."""

    def hold(self, paths: Collection[str], ready: Callable[[HeldCopies], None]) -> None:
        """Have the copies of tabs written by nobody else from the call of `ready` on."""


def hold_copies(keeper: HoldsCopies | None, paths: Collection[str], ready: Callable[[HeldCopies], None]) -> None:
    """Hold the copies of some tabs: at once where there is none, or nothing is kept of unsaved texts."""
    if not paths or keeper is None:
        ready(NOTHING_HELD)
    else:
        keeper.hold(paths, ready)
