"""The collector's ticks: rare while nothing happens, frequent again once something does."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge import garbage
from copilot_desktop.bridge.garbage import GarbageCollector


class _Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "TICK_MS", 10)
    monkeypatch.setattr(garbage, "LONGEST_TICK_MS", 80)
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 10**9)
    made = GarbageCollector()
    yield made
    made.stop()


def test_ticks_become_rare_while_nothing_happens_and_still_free_what_comes_then(
    qtbot: QtBot, collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: collector._tick.interval() == 80, timeout=10_000)
    circle = _Circle()
    gone = weakref.ref(circle)
    del circle
    assert gone() is not None
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 0)
    qtbot.waitUntil(lambda: gone() is None, timeout=10_000)
    assert collector._tick.interval() == 10


def test_what_grows_is_looked_at_without_what_was_there_before_which_waits_for_a_pause(
    qtbot: QtBot, collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _Circle()
    collector.collect()
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 0)
    monkeypatch.setattr(garbage, "GROWN_BLOCKS", -(10**9))
    monkeypatch.setattr(garbage, "BURST_BLOCKS", 10**9)
    new = _Circle()
    old_gone, new_gone = weakref.ref(old), weakref.ref(new)
    del old, new
    qtbot.waitUntil(lambda: new_gone() is None, timeout=10_000)
    assert old_gone() is not None
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 10**9)
    qtbot.waitUntil(lambda: old_gone() is None, timeout=10_000)


def test_what_was_looked_at_as_a_whole_is_not_looked_at_again_in_the_pause(
    qtbot: QtBot, collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the start: it would take a tenth of a second of the first quiet minute."""
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 0)
    monkeypatch.setattr(garbage, "GROWN_BLOCKS", -(10**9))
    qtbot.waitUntil(lambda: 2 in collected, timeout=10_000)
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 10**9)
    monkeypatch.setattr(garbage, "GROWN_BLOCKS", 10**9)
    del collected[:]
    ticks: list[int] = []
    collector._tick.timeout.connect(lambda: ticks.append(collector._tick.interval()))
    qtbot.waitUntil(lambda: ticks.count(80) > 3, timeout=10_000)
    assert collected == []


def test_modules_imported_at_once_are_not_looked_at_before_a_pause_but_not_again_and_again(
    qtbot: QtBot, collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took 0.2 s when the model side was first used, in the middle of the first answer."""
    collector.collect()
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 0)
    monkeypatch.setattr(garbage, "BURST_BLOCKS", -(10**9))
    monkeypatch.setattr(garbage, "GROWN_BLOCKS", -(10**9))
    old, looks = [_Circle()], list[int]()
    gone = weakref.ref(old[0])
    gc.callbacks.append(watch := lambda _phase, info: looks.append(info["generation"]))
    try:
        for _ in range(garbage.MOST_BURSTS):
            collector._on_tick()
        old.clear()
        assert looks == []
        collector._on_tick()
        assert 2 in looks
    finally:
        gc.callbacks.remove(watch)
    assert gone() is not None
    monkeypatch.setattr(garbage, "YOUNG_OBJECTS", 10**9)
    qtbot.waitUntil(lambda: gone() is None, timeout=10_000)


def test_at_the_end_everything_is_pythons_own_work_again(collector: GarbageCollector) -> None:
    collector.collect()
    collector.stop()
    assert gc.isenabled()
    assert not gc.get_freeze_count()
