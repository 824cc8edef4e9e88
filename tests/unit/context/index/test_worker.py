"""What a window asks of the index worker, gathered: of single files at once, of a checkout together."""

from __future__ import annotations

import queue
import threading
import time

import pytest

from copilot_desktop.context.index import worker
from copilot_desktop.context.index.worker import Wishes

MANY = [f"f{number}.py" for number in range(worker._MANY + 1)]


def test_a_single_file_is_looked_at_at_once() -> None:
    wishes = Wishes()
    wishes.put(["a.py"])
    wishes.put(["b.py", "a.py"])
    began = time.monotonic()
    assert wishes.all_waiting(5.0) == ["a.py", "b.py"]
    assert time.monotonic() - began < worker._QUIET_S / 2


def test_of_many_files_the_rest_is_waited_for() -> None:
    wishes = Wishes()
    wishes.put(MANY)
    later = threading.Timer(worker._QUIET_S / 4, wishes.put, [["late.py"]])
    later.start()
    assert wishes.all_waiting(5.0) == [*MANY, "late.py"]
    later.join()


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LONGEST_S", 0.6)
    wishes, is_over = Wishes(), threading.Event()

    def go_on() -> None:
        while not is_over.wait(0.05):
            wishes.put(["again.py"])

    wishes.put(MANY)
    going = threading.Thread(target=go_on)
    going.start()
    try:
        assert wishes.all_waiting(5.0) == [*MANY, "again.py"]
    finally:
        is_over.set()
        going.join()


def test_the_whole_folder_stands_for_every_file_in_it() -> None:
    wishes = Wishes()
    wishes.put(["a.py"])
    wishes.put(None)
    wishes.put(["b.py"])
    assert wishes.all_waiting(5.0) is None
    assert wishes.is_empty
    # Again soon after: more of what changes the rules may be on its way.
    wishes.put(None)
    later = threading.Timer(worker._QUIET_S / 4, wishes.put, [None])
    later.start()
    assert wishes.all_waiting(5.0) is None
    later.join()
    assert wishes.is_empty


def test_where_nothing_is_asked_it_ends() -> None:
    with pytest.raises(queue.Empty):
        Wishes().all_waiting(0.05)
