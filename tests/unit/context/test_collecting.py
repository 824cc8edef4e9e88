from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.context.collecting import FileReference, collect, item_of, parse_reference
from copilot_desktop.context.items import ItemKind
from copilot_desktop.errors import (
    CopilotError,
    NeverSendError,
    NotTextError,
    UnreadableFileError,
    UnsafePathError,
    UsageError,
)
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("src/a.py", FileReference("src/a.py", None)),
        ("src/a.py:3-9", FileReference("src/a.py", LineRange(2, 9))),
        ("src/a.py:L3-L9", FileReference("src/a.py", LineRange(2, 9))),
        ("a.py:4", FileReference("a.py", LineRange(3, 4))),
        ("a:b.py:1-1", FileReference("a:b.py", LineRange(0, 1))),
        ("a.py:", FileReference("a.py:", None)),
    ],
)
def test_references_are_read(text: str, reference: FileReference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize("text", ["a.py:0-3", "a.py:5-4", "a.py:0"])
def test_lines_that_are_no_range_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no range"):
        parse_reference(text)


def test_items_hold_exactly_the_lines_and_the_file_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"one\r\ntwo\nthree")
    collected = collect(ModelBorder(Workspace(tmp_path)), ("a.py:1-2", "./a.py", "a.py:3"))
    assert [item.text for item in collected.items] == ["one\r\ntwo\n", "one\r\ntwo\nthree", "three"]
    assert [item.kind for item in collected.items] == [ItemKind.SELECTION, ItemKind.FILE, ItemKind.SELECTION]
    assert list(collected.files) == ["a.py"]
    assert len({item.item_id for item in collected.items}) == 3


def test_a_file_whose_name_looks_like_a_range_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "log:1-2").write_text("text")
    assert collect(ModelBorder(Workspace(tmp_path)), ("log:1-2",)).items[0].lines is None


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("a.py:1-3", UsageError),
        ("gone.py", UnreadableFileError),
        ("../outside.py", UnsafePathError),
        (".env", NeverSendError),
        ("link.txt", NeverSendError),
        ("data.bin", NotTextError),
        (".", CopilotError),
    ],
)
def test_what_cannot_or_must_not_be_sent_is_refused(reference: str, error: type[CopilotError], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\n")
    (tmp_path / ".env").write_text("TOKEN=1")
    (tmp_path / "link.txt").symlink_to(".env")
    (tmp_path / "data.bin").write_bytes(b"\0\1")
    with pytest.raises(error):
        collect(ModelBorder(Workspace(tmp_path)), (reference,))


def test_a_partial_selection_is_sent_as_selected() -> None:
    item = item_of("a.py", "one two\n", LineRange(0, 1), selected_text="two", is_unsaved=True)
    assert (item.text, item.kind, item.is_unsaved) == ("two", ItemKind.SELECTION, True)
