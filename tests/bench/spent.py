"""Processor time of a window's process, thread by thread, and of the programs that it has started. Linux only."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from tests.bench.process_tree import cpu_of, cpu_of_threads, tree_of


class Spent:
    """Of this process, from now on. `note()` is to be called now and then: what has ended between two calls is lost
    from the last one on."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, int], str] = {}
        self._first: dict[tuple[str, int], float] = {}
        self._last: dict[tuple[str, int], float] = {}
        self.note()
        self._first = dict(self._last)

    def note(self) -> None:
        """Look at all of them."""
        own = os.getpid()
        known = {each.native_id: each.name for each in threading.enumerate()}
        for thread, seconds in cpu_of_threads(own).items():
            name = "GUI" if thread == own else known.get(thread, "Qt and others")
            head, _line, number = name.rpartition("_")  # of a pool all together
            self._take(("thread", thread), f"window, {head if number.isdigit() else name}", seconds)
        for process in tree_of(own)[1:]:
            with suppress(OSError, IndexError, ProcessLookupError):  # it has ended meanwhile
                words = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
                self._take(("process", process), _name_of(words), cpu_of(process))

    def seconds(self) -> dict[str, float]:
        """What each has used, the most first."""
        found = defaultdict[str, float](float)
        for each, seconds in self._last.items():
            found[self._names[each]] += seconds - self._first.get(each, 0.0)
        most = sorted(found.items(), key=lambda pair: -pair[1])
        return {name: round(seconds, 2) for name, seconds in most if seconds >= 0.01}

    def _take(self, each: tuple[str, int], name: str, seconds: float) -> None:
        self._names[each] = name
        self._last[each] = seconds


def _name_of(words: list[str]) -> str:
    if "--worker" in words:
        return "index reader" if "--reads" in words else f"{words[words.index('--worker') + 1]} worker"
    return Path(words[0]).name if words[0] else "a program that begins"
