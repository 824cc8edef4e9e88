"""Files under review that were renamed while the program was away, on a real disk: followed where they are the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.found_again import with_renamed
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.bridge.review.renamed_files import not_known
from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.edits.proposing import propose
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.file_identity import FileIdentity
from copilot_desktop.workspace.paths import Workspace

TEXTS = {"a.py": "one\ntwo\n", "in/b.py": "three\nfour\n"}
ANSWER = [
    {"path": "a.py", "old_string": "two", "new_string": "zwei"},
    {"path": "in/b.py", "old_string": "four", "new_string": "vier"},
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in TEXTS.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text)
    return tmp_path / "project"


@pytest.fixture
def files(root: Path, tmp_path: Path) -> ReviewFiles:
    workspace = Workspace.at(root)
    return ReviewFiles(workspace, Applier(workspace, tmp_path / "state"))


@pytest.fixture
def kept(files: ReviewFiles) -> PendingReview:
    made = change_set_from(propose(ANSWER, TEXTS), TEXTS, turn_id="t", title="title", model="m")
    state = ReviewState().with_change_set(made, TEXTS)
    return PendingReview(state, identities=files.identities(state.texts), names=files.names())


def found(files: ReviewFiles, kept: PendingReview) -> Mapping[str, str]:
    review, moved, _ = with_renamed(kept, files, files.read(kept.state.texts))
    assert set(review.state.texts) == {moved.get(path, path) for path in TEXTS}
    assert {change.path for each in review.state.change_sets for change in each.files} == set(review.state.texts)
    return moved


def test_a_renamed_file_is_the_same_although_it_says_something_else(
    root: Path, files: ReviewFiles, kept: PendingReview
) -> None:
    (root / "a.py").rename(root / "c.py")
    (root / "c.py").write_text("something else\n")
    (root / "in").rename(root / "out")
    assert found(files, kept) == {"a.py": "c.py", "in/b.py": "out/b.py"}


def test_another_file_with_the_number_of_one_that_is_gone_is_not_followed(
    root: Path, files: ReviewFiles, kept: PendingReview
) -> None:
    known = kept.identities["a.py"]
    kept = replace(kept, identities={"a.py": FileIdentity(known.device, known.inode, known.birth_ns - 1)})
    (root / "a.py").rename(root / "c.py")
    (root / "c.py").write_text("another file\n")
    assert found(files, kept) == {}


def test_where_the_file_is_not_known_the_only_new_one_that_says_the_same_is_it(
    root: Path, files: ReviewFiles, kept: PendingReview
) -> None:
    kept = replace(kept, identities={})
    (root / "a.py").rename(root / "c.py")
    # Its times say nothing: clocks go wrong, and what is unpacked or copied brings its own.
    os.utime(root / "c.py", (0, 0))
    assert found(files, kept) == {"a.py": "c.py"}
    # It was there when the folder was listed.
    assert found(files, replace(kept, names=files.names())) == {}
    # What was there is not known.
    assert found(files, replace(kept, names=None)) == {}
    (root / "d.py").write_text(TEXTS["a.py"])
    assert found(files, kept) == {}


def test_what_is_deleted_is_gone(root: Path, files: ReviewFiles, kept: PendingReview) -> None:
    (root / "a.py").unlink()
    (root / "c.py").write_text("one\nzwei\n")
    assert found(files, kept) == {}


def test_a_file_that_was_renamed_and_changed_is_followed_where_it_is_plain_which_one_it_is(
    root: Path, files: ReviewFiles
) -> None:
    text = "".join(f"line {number} of the file\n" for number in range(20))
    made = change_set_from(
        propose([{"path": "a.py", "old_string": "line 7 of", "new_string": "line seven of"}], {"a.py": text}),
        {"a.py": text}, turn_id="t", title="title", model="m",
    )  # fmt: skip
    kept = PendingReview(ReviewState().with_change_set(made, {"a.py": text}), names=files.names())
    (root / "a.py").unlink()
    (root / "c.py").write_text(f"above\n{text}")
    review, moved, unsure = with_renamed(kept, files, {"a.py": None})
    assert (moved, unsure) == ({"a.py": "c.py"}, {})
    assert set(review.state.texts) == {"c.py"}
    (root / "d.py").write_text(f"{text}below\n")
    review, moved, unsure = with_renamed(kept, files, {"a.py": None})
    assert (moved, unsure) == ({}, {"a.py": ("c.py", "d.py")})


def test_it_is_found_among_thousands_of_new_files_and_where_they_are_too_much_that_is_said(
    root: Path, files: ReviewFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"line {number} of the file\n" for number in range(20))
    made = change_set_from(
        propose([{"path": "a.py", "old_string": "line 7 of", "new_string": "line seven of"}], {"a.py": text}),
        {"a.py": text}, turn_id="t", title="title", model="m",
    )  # fmt: skip
    kept = PendingReview(ReviewState().with_change_set(made, {"a.py": text}), names=files.names())
    (root / "a.py").unlink()
    (root / "new").mkdir()
    for number in range(3_000):
        (root / "new" / f"{number}.py").write_text(f"line {number} of other files\n" * 20)
    (root / "new" / "z.py").write_text(f"above\n{text}")
    assert with_renamed(kept, files, {"a.py": None})[1:] == ({"a.py": "new/z.py"}, {})
    monkeypatch.setattr("copilot_desktop.workspace.finding_again._MOST_BYTES", 100_000)
    assert with_renamed(kept, files, {"a.py": None})[1:] == ({}, {"a.py": ()})
    said = not_known({"a.py": ()})
    assert "a.py is gone, and so much is new in the folder that not all of it was compared with it" in said
