"""Long texts: what is typed is on disk at once, with the text's file as its base, while the whole is still written."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from copilot_desktop.errors import StoreError
from copilot_desktop.text.changes import ByteEdit, CopiedText
from copilot_desktop.text.encodings import TextFormat, encode
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace.atomic_write import bytes_hash, stage
from copilot_desktop.workspace.hot_exit import entry_file
from copilot_desktop.workspace.hot_exit.records import (
    DiskBase,
    UnsavedHeader,
    UnsavedText,
    edits_record,
    first_records_on_disk,
    header_record,
    read_unsaved,
)
from copilot_desktop.workspace.hot_exit.store import HotExitStore
from copilot_desktop.workspace.hot_exit.writer import (
    Begun,
    BegunOnDisk,
    Edited,
    HotExitWriter,
    Removed,
    WriteReport,
)
from copilot_desktop.workspace.paths import Workspace

UTF8 = TextFormat("utf-8", False, LineEnding.LF)
TEXT = b"one\ntwo\nthree\n"
HEADER = UnsavedHeader("a.py", "a.py", UTF8, bytes_hash(TEXT))
BASE = DiskBase(bytes_hash(TEXT), len(TEXT))


class Disk:
    """Holds up what is written beside a file, or refuses it."""

    def __init__(self) -> None:
        self.lets_go = threading.Event()
        self.begun = threading.Event()
        self.refusal: OSError | None = None

    def slow_stage(self, temporary: Path, pieces: Iterable[bytes], *, like: Path | None, mode: int | None) -> None:
        self.begun.set()
        assert self.lets_go.wait(20)
        if self.refusal is not None:
            raise self.refusal
        stage(temporary, pieces, like=like, mode=mode)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    slow = Disk()
    monkeypatch.setattr(entry_file, "LONG_BYTES", 8)
    monkeypatch.setattr("copilot_desktop.workspace.hot_exit.writer.LONG_BYTES", 8)
    monkeypatch.setattr(entry_file, "stage", slow.slow_stage)
    yield slow
    slow.lets_go.set()


class Program:
    """A writer with its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.reports: list[WriteReport] = []
        self.writer = HotExitWriter(folder, lambda: None, self.reports.append)

    def is_kept(self) -> bool:
        done = threading.Event()
        found: list[bool] = []

        def answer(is_kept: bool) -> None:
            found.append(is_kept)
            done.set()

        self.writer.flush(answer)
        assert done.wait(20)
        return found[0]

    def found(self) -> UnsavedText:
        return read_unsaved((self.folder / "t.unsaved").read_bytes(), lambda _header, _base: TEXT)

    def type(self, position: int, text: bytes) -> None:
        self.writer.put(Edited("t", ByteEdit(position, 0, text)))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path / "own")
    yield made
    assert made.writer.stop(20)


def begun(text: bytes) -> Begun:
    return Begun("t", HEADER, CopiedText((text,), 0))


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_what_is_typed_is_on_disk_while_the_long_text_is_still_being_written(disk: Disk, program: Program) -> None:
    program.writer.put(BegunOnDisk("t", HEADER, BASE))
    program.type(0, b"x")
    program.writer.put(begun(b"x" + TEXT))
    program.type(1, b"y")
    assert disk.begun.wait(20)
    program.type(2, b"z")
    assert program.is_kept()
    assert program.found() == UnsavedText(program.found().header, b"xyz" + TEXT, 3, False, is_on_disk=True)
    disk.lets_go.set()
    until(lambda: not program.found().is_on_disk)
    program.type(3, b"!")
    assert program.is_kept()
    assert program.found().text == b"xyz!" + TEXT
    assert [place.name for place in program.folder.iterdir()] == ["t.unsaved"]


def test_a_text_that_stands_nowhere_is_kept_once_all_of_it_is_written(disk: Disk, program: Program) -> None:
    program.writer.put(begun(TEXT))
    kept: list[bool] = []
    program.writer.flush(kept.append)
    assert disk.begun.wait(20)
    program.type(0, b"x")
    time.sleep(0.05)
    assert kept == []
    disk.lets_go.set()
    until(lambda: kept)
    assert kept == [True]
    assert program.is_kept()
    assert program.found().text == b"x" + TEXT


def test_a_text_that_is_saved_while_it_is_written_leaves_nothing(disk: Disk, program: Program) -> None:
    program.writer.put(BegunOnDisk("t", HEADER, BASE))
    program.writer.put(begun(b"x" + TEXT))
    assert disk.begun.wait(20)
    program.writer.put(Removed("t"))
    assert program.is_kept()
    assert list(program.folder.iterdir()) == []
    disk.lets_go.set()
    until(lambda: not any(thread.name == "hot-exit-long" for thread in threading.enumerate()))
    assert program.is_kept()
    assert list(program.folder.iterdir()) == []


def test_a_disk_without_room_for_the_whole_text_still_takes_what_is_typed(disk: Disk, program: Program) -> None:
    disk.refusal = OSError(errno.ENOSPC, "No space left on device")
    program.writer.put(BegunOnDisk("t", HEADER, BASE))
    program.writer.put(begun(TEXT))
    disk.lets_go.set()
    until(lambda: program.reports)
    assert program.reports[0].failed == ("t",)
    program.type(0, b"still ")
    assert not program.is_kept()
    assert program.found().text == b"still " + TEXT
    disk.refusal = None
    program.writer.put(begun(b"still " + TEXT))
    until(lambda: not program.found().is_on_disk)
    assert program.is_kept()
    assert program.reports[-1].error is None


def test_the_end_waits_for_a_long_text(disk: Disk, program: Program) -> None:
    program.writer.put(BegunOnDisk("t", HEADER, BASE))
    program.writer.put(begun(b"x" + TEXT))
    assert disk.begun.wait(20)
    assert not program.writer.stop(0.05)
    disk.lets_go.set()
    assert program.writer.stop(20)
    assert program.found() == UnsavedText(program.found().header, b"x" + TEXT, 0, False)


def test_a_long_log_is_folded_into_the_text_while_typing_goes_on(
    disk: Disk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.lets_go.set()
    program.writer.put(begun(TEXT))
    assert program.is_kept()
    monkeypatch.setattr(entry_file, "LOG_EDITS", 3)
    disk.lets_go.clear()
    disk.begun.clear()
    for number in range(4):
        program.type(0, b"%d" % number)
    assert program.is_kept()
    assert disk.begun.wait(20)
    program.type(0, b"later ")
    assert program.is_kept()
    assert program.found().text == b"later 3210" + TEXT
    with_log = (program.folder / "t.unsaved").read_bytes()
    disk.lets_go.set()
    until(lambda: (program.folder / "t.unsaved").read_bytes() != with_log)
    assert program.found().text == b"later 3210" + TEXT
    assert b"3210" + TEXT in (program.folder / "t.unsaved").read_bytes()


@pytest.mark.parametrize(
    ("text", "text_format"),
    [
        ("für alle\n", UTF8),
        ("für alle\r\n", TextFormat("utf-8", True, LineEnding.CRLF)),
        ("für alle\n", TextFormat("cp1252", False, LineEnding.LF)),
        ("für alle\n", TextFormat("utf-16-le", True, LineEnding.LF)),
    ],
)
def test_what_was_typed_comes_back_with_the_text_of_the_file(
    tmp_path: Path, text: str, text_format: TextFormat
) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    data = encode(text, text_format)
    (root / "a.py").write_bytes(data)
    header = UnsavedHeader("a.py", "a.py", text_format, bytes_hash(data))
    left_by_the_dead(tmp_path, header, DiskBase(bytes_hash(data), len(text.encode())))
    store = HotExitStore(tmp_path / "state", Workspace(root))
    taken = store.take_over()
    assert [found.text for found in taken.texts] == ["more " + text]
    assert taken.problems == ()
    # Its file may be changed from now on.
    copy = next(store.folder.glob("*.unsaved"))
    assert read_unsaved(copy.read_bytes()).text.decode() == "more " + text
    store.release()


def left_by_the_dead(tmp_path: Path, header: UnsavedHeader, base: DiskBase) -> Path:
    """What a program had written that was killed before the whole text was on disk."""
    dead = HotExitStore(tmp_path / "state", Workspace(tmp_path / "shop"))
    dead.claim()
    place = dead.folder / "t.unsaved"
    edits = [ByteEdit(0, 0, b"more "), ByteEdit(5, 0, b"x"), ByteEdit(5, 1, b"")]
    place.write_bytes(first_records_on_disk(header, base) + edits_record(edits))
    dead.release()
    return place


def test_a_file_that_was_changed_since_is_told_of_and_what_was_typed_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.py").write_bytes(b"somebody else's")
    left_by_the_dead(tmp_path, HEADER, BASE)
    store = HotExitStore(tmp_path / "state", Workspace(tmp_path / "shop"))
    taken = store.take_over()
    assert taken.texts == ()
    (problem,) = taken.problems
    assert "The last unsaved changes of a.py could not be brought back" in problem.message
    assert b"more " in next((tmp_path / "state").rglob("damaged/*")).read_bytes()
    store.release()


def test_the_file_is_looked_for_under_its_last_name() -> None:
    data = first_records_on_disk(HEADER, BASE) + edits_record([ByteEdit(0, 0, b"x")])
    renamed = UnsavedHeader("b.py", "b.py", UTF8, bytes_hash(TEXT))
    asked: list[str | None] = []

    def find(header: UnsavedHeader, _base: DiskBase) -> bytes:
        asked.append(header.path)
        return TEXT

    assert read_unsaved(data + header_record(renamed), find).text == b"x" + TEXT
    assert asked == ["b.py"]


def test_a_base_of_another_length_or_none_at_all_is_damaged() -> None:
    data = first_records_on_disk(HEADER, BASE)
    assert data.startswith(b"copilot-desktop unsaved text 2\n")
    with pytest.raises(StoreError, match="damaged"):
        read_unsaved(data, lambda _header, _base: TEXT + b"more")
    with pytest.raises(StoreError, match="damaged"):
        read_unsaved(data)
    with pytest.raises(StoreError, match="damaged"):
        read_unsaved(data + edits_record([ByteEdit(100, 0, b"x")]), lambda _header, _base: TEXT)
