from __future__ import annotations

import time
from pathlib import Path

import pytest

from copilot_desktop.errors import NeverSendError
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace


@pytest.fixture
def border(tmp_path: Path) -> ModelBorder:
    (tmp_path / ".copilotignore").write_text("# ours\nplans/\n*.sql\n!public.sql\n/only_top.py\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".copilotignore").write_text("notes.md\n!deep.sql\n")
    return ModelBorder(Workspace(tmp_path))


@pytest.mark.parametrize(
    "path",
    [
        "plans/a.py",
        "sub/plans/deep/a.py",
        "dump.sql",
        "sub/x.sql",
        "only_top.py",
        "sub/notes.md",
        ".env",
        ".git/config",
    ],
)
def test_what_is_named_is_hidden(border: ModelBorder, path: str) -> None:
    assert border.hides(path)


@pytest.mark.parametrize("path", ["a.py", "public.sql", "sub/only_top.py", "notes.md", "sub/deep.sql", "planset/a.py"])
def test_the_rest_is_not(border: ModelBorder, path: str) -> None:
    assert not border.hides(path)


def test_the_sentence_says_by_what(border: ModelBorder) -> None:
    with pytest.raises(NeverSendError, match=r"left out by \.copilotignore"):
        border.refuse("dump.sql")


def test_another_file_counts_after_a_refresh(border: ModelBorder, tmp_path: Path) -> None:
    assert border.hides("dump.sql")
    (tmp_path / ".copilotignore").write_text("")
    border.refresh()
    assert not border.hides("dump.sql")


def test_a_hundred_thousand_names_are_looked_at_in_seconds(border: ModelBorder) -> None:
    began = time.process_time()
    assert not any(border.hides(f"src/part{number % 100}/module_{number}.py") for number in range(20_000))
    # Two hundred patterns one after the other took twenty times as long.
    assert time.process_time() - began < 5
