"""The writing thread, and who takes what was left: each text by one program, the damaged and newer ones by none."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.text.changes import ByteEdit, CopiedText
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.workspace import folder_identity
from copilot_desktop.workspace.birth_time import birth_ns
from copilot_desktop.workspace.hot_exit import entry_file
from copilot_desktop.workspace.hot_exit.records import UnsavedHeader, edits_record, first_records, read_unsaved
from copilot_desktop.workspace.hot_exit.store import HotExitStore
from copilot_desktop.workspace.hot_exit.writer import (
    Begun,
    Described,
    Edited,
    Held,
    HotExitWriter,
    Released,
    Removed,
    WriteReport,
)
from copilot_desktop.workspace.paths import Workspace
from tests.support.disk_faults import file_size_limit

HEADER = UnsavedHeader("a.py", "a.py", TextFormat("utf-8", False, LineEnding.LF), "ab" * 32)
HOLDER = """
import sys
from pathlib import Path
from copilot_desktop.workspace.hot_exit.store import HotExitStore
from copilot_desktop.workspace.paths import Workspace

store = HotExitStore(Path(sys.argv[1]), Workspace(Path(sys.argv[2])))
store.claim()
(store.folder / "held.unsaved").write_bytes(Path(sys.argv[3]).read_bytes())
print("ready", flush=True)
sys.stdin.read()
"""


def begun(entry_id: str, text: str) -> Begun:
    return Begun(entry_id, HEADER, CopiedText((text[:2].encode(), text[2:].encode()), 0))


class Running:
    """A store with its writer, as one program has them."""

    def __init__(self, state: Path, root: Path) -> None:
        self.store = HotExitStore(state, Workspace(root))
        self.reports: list[WriteReport] = []
        self.writer = HotExitWriter(self.store.folder, self.store.claim, self.reports.append)

    def flush(self) -> bool:
        results: list[bool] = []
        done = threading.Event()

        def answer(is_kept: bool) -> None:
            results.append(is_kept)
            done.set()

        self.writer.flush(answer)
        assert done.wait(20)
        return results[0]

    def text(self, entry_id: str) -> bytes:
        return read_unsaved((self.store.folder / f"{entry_id}.unsaved").read_bytes()).text

    def end(self) -> None:
        self.writer.stop(20)
        self.store.release()


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "project").mkdir()
    (tmp_path / "state").mkdir()
    return tmp_path / "state", tmp_path / "project"


@pytest.fixture
def running(places: tuple[Path, Path]) -> Iterator[Running]:
    one = Running(*places)
    yield one
    one.end()


def test_what_is_handed_over_is_on_disk_within_a_second_also_while_more_comes(running: Running) -> None:
    running.writer.put(begun("one", "text"))
    text = b"text"
    handed: list[tuple[float, bytes]] = []
    while len(handed) < 60:
        running.writer.put(Edited("one", ByteEdit(len(text), 0, b"x")))
        text += b"x"
        handed.append((time.monotonic(), text))
        time.sleep(0.03)
        due = [known for at, known in handed if at < time.monotonic() - 1]
        if due:
            assert len(running.text("one")) >= len(due[-1])
    assert running.flush()
    assert running.text("one") == text


def test_described_and_removed_and_begun_again(running: Running) -> None:
    moved = UnsavedHeader("b.py", "b.py", HEADER.format, None)
    running.writer.put(begun("one", "text"))
    running.writer.put(Edited("one", ByteEdit(0, 4, b"other")))
    running.writer.put(Described("one", moved))
    running.writer.put(begun("two", "gone"))
    running.writer.put(Removed("two"))
    assert running.flush()
    found = read_unsaved((running.store.folder / "one.unsaved").read_bytes())
    assert (found.header, found.text) == (moved, b"other")
    assert sorted(each.name for each in running.store.folder.iterdir()) == ["lock", "one.unsaved"]
    running.writer.put(Removed("one"))
    running.writer.put(begun("one", "again"))
    assert running.flush()
    assert running.text("one") == b"again"


def test_a_text_saved_before_it_was_written_down_is_no_failure(running: Running) -> None:
    running.writer.put(begun("one", "text"))
    running.writer.put(Removed("one"))
    assert running.flush()
    assert running.reports == []


def test_a_refused_write_is_told_keeps_what_was_there_and_is_made_up_for(running: Running) -> None:
    running.writer.put(begun("one", "x" * 5_000))
    running.writer.put(Edited("one", ByteEdit(0, 0, b"1")))
    assert running.flush()
    with file_size_limit(5_200):
        running.writer.put(Edited("one", ByteEdit(0, 0, b"y" * 5_000)))
        assert not running.flush()
        assert running.reports[-1].failed == ("one",)
        assert running.text("one") == b"1" + b"x" * 5_000
        running.writer.put(Edited("one", ByteEdit(0, 0, b"z")))
        assert not running.flush()
    running.writer.put(begun("one", "all of it"))
    assert running.flush()
    assert running.reports[-1] == WriteReport((), None)
    assert running.text("one") == b"all of it"


@pytest.mark.parametrize("refusals", [1, 2])
def test_a_renewal_that_fails_half_way_loses_no_later_edit_in_silence(
    running: Running, monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    running.writer.put(begun("one", "text"))
    assert running.flush()
    left, really_open = [None] * refusals, os.open

    def no_handles(path: Path, flags: int, mode: int = 0o777) -> int:
        if left and flags & os.O_APPEND:
            left.pop()
            raise OSError(errno.EMFILE, "Too many open files")
        return really_open(path, flags, mode)

    monkeypatch.setattr(entry_file, "LOG_BYTES", 10)
    monkeypatch.setattr(os, "open", no_handles)
    running.writer.put(Edited("one", ByteEdit(0, 0, b"x" * 1_000)))
    assert running.flush()
    assert not left
    running.writer.put(Edited("one", ByteEdit(0, 0, b"later ")))
    if refusals == 1:
        # The file opened again at the second try.
        assert running.flush()
    else:
        assert not running.flush()
        assert running.reports[-1].failed == ("one",)
        assert str(running.reports[-1].error) == "[Errno 24] Too many open files"
        running.writer.put(begun("one", "later " + "x" * 1_000 + "text"))
        assert running.flush()
        assert running.reports[-1] == WriteReport((), None)
    assert running.text("one") == b"later " + b"x" * 1_000 + b"text"


def test_texts_left_by_a_program_that_ended_are_taken_once(places: tuple[Path, Path]) -> None:
    first = Running(*places)
    first.writer.put(begun("one", "tést"))
    first.writer.put(Edited("one", ByteEdit(3, 0, "é".encode())))
    first.end()
    second, third = HotExitStore(places[0], Workspace(places[1])), HotExitStore(places[0], Workspace(places[1]))
    found = second.take_over()
    assert [(taken.entry_id, taken.header, taken.text, taken.caret) for taken in found.texts] == [
        ("one", HEADER, "téést", 3)
    ]
    assert third.take_over().texts == ()
    assert not first.store.folder.exists()
    second.release()
    assert [taken.text for taken in third.take_over().texts] == ["téést"]
    third.release()


def test_texts_of_a_folder_that_was_renamed_are_found_and_those_of_another_are_not(places: tuple[Path, Path]) -> None:
    state, project = places
    first = Running(state, project)
    first.writer.put(begun("one", "text"))
    first.end()
    copy = project.with_name("copy")
    copy.mkdir()
    assert HotExitStore(state, Workspace(copy)).take_over().texts == ()
    renamed = project.rename(project.with_name("renamed"))
    project.mkdir()
    # Its old name is a folder again: whose the texts are is not certain, and they stay with the name.
    assert HotExitStore(state, Workspace(renamed)).take_over().texts == ()
    project.rmdir()
    store = HotExitStore(state, Workspace(renamed))
    assert [taken.text for taken in store.take_over().texts] == ["text"]
    store.release()


def test_texts_of_a_deleted_folder_stay_out_of_a_new_one_with_its_number(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    state, project = places
    first = Running(state, project)
    first.writer.put(begun("one", "text"))
    first.end()
    known = json.loads(next(state.glob("unsaved/*/folder.json")).read_bytes())
    renamed = project.rename(project.with_name("renamed"))
    status = renamed.stat()
    assert [known["device"], known["inode"]] == [status.st_dev, status.st_ino]
    # A file system gives the number to a new folder when it likes; this one was made later.
    with monkeypatch.context() as later:
        later.setattr(folder_identity, "birth_ns", lambda folder: 1 + (birth_ns(folder) or 0))
        assert HotExitStore(state, Workspace(renamed)).take_over().texts == ()
    store = HotExitStore(state, Workspace(renamed))
    assert [taken.text for taken in store.take_over().texts] == ["text"]
    store.release()


def test_what_is_typed_after_the_folder_was_renamed_is_found_under_its_new_name(places: tuple[Path, Path]) -> None:
    state, project = places
    store = HotExitStore(state, Workspace(project))
    assert store.take_over().texts == ()
    renamed = project.rename(project.with_name("renamed"))
    writer = HotExitWriter(store.folder, store.claim, lambda _report: None)
    writer.put(begun("one", "typed late"))
    assert writer.stop(None)
    store.release()
    again = HotExitStore(state, Workspace(renamed))
    assert [taken.text for taken in again.take_over().texts] == ["typed late"]
    again.release()


def test_a_folder_whose_birth_is_not_known_must_have_its_name_still(places: tuple[Path, Path]) -> None:
    state, project = places
    first = Running(state, project)
    first.writer.put(begun("one", "text"))
    first.end()
    # As earlier versions wrote it.
    mark = next(state.glob("unsaved/*/folder.json"))
    known = json.loads(mark.read_bytes())
    del known["birth_ns"]
    mark.write_text(json.dumps(known))
    renamed = project.rename(project.with_name("renamed"))
    assert HotExitStore(state, Workspace(renamed)).take_over().texts == ()
    (project.parent / "elsewhere").mkdir()
    moved = renamed.rename(project.parent / "elsewhere" / project.name)
    store = HotExitStore(state, Workspace(moved))
    assert [taken.text for taken in store.take_over().texts] == ["text"]
    store.release()


def test_texts_of_a_folder_that_has_vanished_are_kept(places: tuple[Path, Path]) -> None:
    first = Running(*places)
    places[1].rmdir()
    first.writer.put(begun("one", "text"))
    assert first.flush()
    assert first.text("one") == b"text"
    first.end()


def test_texts_of_a_living_program_are_left_to_it(places: tuple[Path, Path], tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.write_bytes(first_records(HEADER, b"theirs"))
    arguments = [sys.executable, "-c", HOLDER, str(places[0]), str(places[1]), str(content)]
    child = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    store = HotExitStore(places[0], Workspace(places[1]))
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert store.take_over().texts == ()
    finally:
        child.kill()
        child.communicate()
    assert [taken.text for taken in store.take_over().texts] == ["theirs"]
    store.release()


def test_a_damaged_text_is_put_aside_a_newer_one_left_and_the_others_come_back(places: tuple[Path, Path]) -> None:
    first = Running(*places)
    first.writer.put(begun("good", "good"))
    first.end()
    whole = first_records(HEADER, b"text")
    (first.store.folder / "damaged.unsaved").write_bytes(b"?" + whole)
    newer = whole.replace(b"text 1\n", b"text 9\n")
    (first.store.folder / "newer.unsaved").write_bytes(newer)
    (first.store.folder / ".copilot-desktop-0.tmp").write_bytes(b"cut")
    store = HotExitStore(places[0], Workspace(places[1]))
    found = store.take_over()
    assert [taken.text for taken in found.texts] == ["good"]
    assert [problem.message.split()[0] for problem in found.problems] == ["The", "Unsaved"]
    kept = found.problems[0].advice.removeprefix("It was kept in ").removesuffix(".")
    assert Path(kept).read_bytes() == b"?" + whole
    assert (first.store.folder / "newer.unsaved").read_bytes() == newer
    assert not (first.store.folder / ".copilot-desktop-0.tmp").exists()
    store.release()


def kept(store: HotExitStore, entry_id: str, text: bytes, changed: int) -> Path:
    """A text that a program left, last changed so many seconds after 1970."""
    store.claim()
    place = store.folder / f"{entry_id}.unsaved"
    place.write_bytes(first_records(HEADER, text))
    os.utime(place, (changed, changed))
    return place


def test_the_oldest_text_comes_first_whoever_kept_it(places: tuple[Path, Path]) -> None:
    stores = [HotExitStore(places[0], Workspace(places[1])) for _ in range(3)]
    # Against the order in which the folders of their owners are gone through.
    for number, store in enumerate(sorted(stores, key=lambda each: each.folder, reverse=True)):
        kept(store, f"early-{number}", b"", 1_000 + number)
        kept(store, f"late-{number}", b"", 2_000 + number)
        store.release()
    found = HotExitStore(places[0], Workspace(places[1])).take_over()
    names = [taken.entry_id for taken in found.texts]
    assert names == ["early-0", "early-1", "early-2", "late-0", "late-1", "late-2"]


def test_a_text_that_cannot_be_put_aside_is_left_and_the_others_come_back(places: tuple[Path, Path]) -> None:
    first = HotExitStore(places[0], Workspace(places[1]))
    bad, good = kept(first, "bad", b"text", 1_000), kept(first, "good", b"good", 2_000)
    edits = edits_record([ByteEdit(0, 0, b"a")])
    damaged = bad.read_bytes() + edits[:-1] + b"?" + edits
    bad.write_bytes(damaged)
    first.release()
    # Nothing new can be written, as on a full disk.
    with file_size_limit(0):
        second = HotExitStore(places[0], Workspace(places[1]))
        found = second.take_over()
    assert [taken.text for taken in found.texts] == ["good"]
    assert not good.exists()
    assert [problem.message for problem in found.problems] == [
        "The copy of an unsaved text could not be brought back: File too large."
    ]
    assert str(bad) in found.problems[0].advice
    assert bad.read_bytes() == damaged
    second.release()
    third = HotExitStore(places[0], Workspace(places[1]))
    assert sorted(taken.text for taken in third.take_over().texts) == ["good", "text"]
    third.release()


def test_a_damaged_copy_does_not_replace_an_earlier_one_of_the_same_text(places: tuple[Path, Path]) -> None:
    for text in (b"?first", b"?second"):
        store = HotExitStore(places[0], Workspace(places[1]))
        kept(store, "one", b"", 1_000).write_bytes(text)
        store.release()
        next_one = HotExitStore(places[0], Workspace(places[1]))
        assert len(next_one.take_over().problems) == 1
        next_one.release()
    aside = places[0].glob("unsaved/*/damaged/*")
    assert sorted(each.read_bytes() for each in aside) == [b"?first", b"?second"]


def test_a_folder_left_while_its_texts_are_taken_over_is_free_for_the_next(places: tuple[Path, Path]) -> None:
    first = Running(*places)
    first.writer.put(begun("one", "text"))
    first.end()
    second, third = HotExitStore(places[0], Workspace(places[1])), HotExitStore(places[0], Workspace(places[1]))
    second.release()
    assert [taken.text for taken in second.take_over().texts] == ["text"]
    assert [taken.text for taken in third.take_over().texts] == ["text"]
    third.release()


def test_nothing_is_made_where_nothing_is_unsaved(places: tuple[Path, Path]) -> None:
    one = Running(*places)
    assert one.store.take_over().texts == ()
    one.end()
    assert list(places[0].iterdir()) == []


def test_folders_and_files_are_private(running: Running, places: tuple[Path, Path]) -> None:
    running.writer.put(begun("one", "text"))
    assert running.flush()
    for base, folders, files in os.walk(places[0] / "unsaved"):
        assert {Path(base, each).stat().st_mode & 0o777 for each in folders} <= {0o700}
        assert {Path(base, each).stat().st_mode & 0o777 for each in files} <= {0o600}


def test_what_somebody_else_writes_meanwhile_is_let_go_of_and_begun_anew(tmp_path: Path) -> None:
    """What comes while a copy is held does not fit the text that the other one writes into it."""
    (tmp_path / "root").mkdir()
    running = Running(tmp_path / "state", tmp_path / "root")
    for entry_id in ("one", "two", "three"):
        running.writer.put(begun(entry_id, "text"))
    ready, told = threading.Event(), list[bool]()

    def answer(has_folder: bool) -> None:
        told.append(has_folder)
        ready.set()

    running.writer.put(Edited("one", ByteEdit(0, 0, b"a ")))
    running.writer.put(Held(("one", "two", "three"), answer))
    assert ready.wait(20)
    assert told == [True]
    assert running.text("one") == b"a text"
    (running.store.folder / "one.unsaved").write_bytes(first_records(HEADER, b"by the step"))
    running.writer.put(Edited("one", ByteEdit(0, 6, b"")))
    running.writer.put(Removed("two"))
    running.writer.put(begun("three", "begun meanwhile"))
    running.writer.put(Edited("three", ByteEdit(0, 0, b"was ")))
    assert running.flush()
    assert [running.text(each) for each in ("one", "two", "three")] == [b"by the step", b"text", b"text"]
    running.writer.put(Released(("one", "two", "three")))
    running.writer.put(begun("one", "what the tab says"))
    assert running.flush()
    assert running.text("one") == b"what the tab says"
    assert not (running.store.folder / "two.unsaved").exists()
    assert running.text("three") == b"was begun meanwhile"
    assert running.reports == []
    # At the end nobody comes to release it.
    running.writer.put(Held(("one",), lambda _has_folder: None))
    running.writer.put(begun("one", "the last one"))
    running.end()
    assert read_unsaved(next((tmp_path / "state").rglob("one.unsaved")).read_bytes()).text == b"the last one"
