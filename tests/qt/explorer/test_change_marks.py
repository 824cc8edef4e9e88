"""What is marked in the explorer, of what git says."""

from __future__ import annotations

import random

from copilot_desktop.ui.explorer.change_marks import DOT, ChangeMark, ChangeMarks
from copilot_desktop.ui.explorer_marks import marks_of
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.git.values import ChangeKind, GitChange, GitStatus

MODIFIED, ADDED = ChangeMark("M", "modified", "#aa0000"), ChangeMark("A", "added", "#00aa00")


def folder_words(marks: ChangeMarks) -> dict[str, str]:
    assert {mark.letter for mark in marks.folders.values()} <= {DOT}
    return {path: mark.word.removeprefix("holds files that are ") for path, mark in marks.folders.items()}


def test_folders_have_the_mark_that_was_given_last() -> None:
    marks = ChangeMarks.of({"a/b/c.py": MODIFIED, "a/d.py": ADDED, "a/b/e.py": MODIFIED, "f.py": ADDED})
    assert folder_words(marks) == {"a": "modified", "a/b": "modified"}
    assert marks.folders["a"].colour == MODIFIED.colour


def test_it_is_as_if_each_file_had_marked_every_folder_above_it() -> None:
    rng = random.Random(4)  # noqa: S311 - the same folders each time
    files = {
        "/".join([*(rng.choice("abc") for _ in range(rng.randrange(4))), f"{at}.py"]): rng.choice((MODIFIED, ADDED))
        for at in range(300)
    }
    wanted: dict[str, str] = {}
    for path, mark in files.items():
        parts = path.split("/")
        wanted |= {"/".join(parts[:depth]): mark.word for depth in range(1, len(parts))}
    assert folder_words(ChangeMarks.of(files)) == wanted


def test_what_is_new_in_git_stays_so_when_it_is_changed_again() -> None:
    new, other = (GitChange(path, ChangeKind.ADDED) for path in ("in/new.py", "in/other.py"))
    again, changed = (GitChange(path, ChangeKind.MODIFIED) for path in ("in/new.py", "in/changed.py"))
    gone, outside = GitChange("in/other.py", ChangeKind.DELETED), GitChange("out.py", ChangeKind.MODIFIED)
    status = GitStatus("/r", "in/", "main", "1", staged=(new, other), unstaged=(again, changed, gone, outside))
    marks = marks_of(status, Theme(ThemeChoice.DARK).tokens)
    assert {path: mark.letter for path, mark in marks.files.items()} == {
        "new.py": "A",
        "other.py": "D",
        "changed.py": "M",
    }
