from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from copilot_desktop.errors import NeverSendError
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace


@pytest.fixture
def border(tmp_path: Path) -> ModelBorder:
    (tmp_path / ".copilotignore").write_text("# ours\nplans/\n*.sql\n!public.sql\n/only_top.py\n")
    (tmp_path / ".gitignore").write_text("*.log\nout/\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".copilotignore").write_text("notes.md\n!deep.sql\n")
    return ModelBorder(Workspace(tmp_path))


@pytest.mark.parametrize(
    "path",
    [
        *("plans/a.py", "sub/plans/deep/a.py", "dump.sql", "sub/x.sql", "only_top.py", "sub/notes.md", ".env"),
        *(".git/config", "a.log", "out/deep/a.py", "./dump.sql", "sub//x.sql", "sub/../dump.sql"),
        *("Plans/a.py", "DUMP.SQL", ".ENV", "sub/Notes.md"),
    ],
)
def test_what_is_named_is_hidden(border: ModelBorder, path: str) -> None:
    assert border.hides(path)


@pytest.mark.parametrize("path", ["a.py", "public.sql", "sub/only_top.py", "notes.md", "sub/deep.sql", "planset/a.py"])
def test_the_rest_is_not(border: ModelBorder, path: str) -> None:
    assert not border.hides(path)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("dump.sql", r"dump\.sql is left out by \.copilotignore and is never given to a model"),
        ("a.log", r"a\.log is ignored by git and is never given to a model"),
        (".env", r"\.env looks like environment variables and is never given to a model"),
        ("link.py", r"link\.py leads to dump\.sql, which is left out by \.copilotignore, and is never"),
        ("below/dump.py", r"below/dump\.py leads to plans/dump\.py, which is left out by"),
        ("hard.py", r"hard\.py is the same file as dump\.sql, which is left out by"),
    ],
)
def test_the_sentence_says_by_what(border: ModelBorder, tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "dump.sql").write_text("select 1")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "dump.py").write_text("1")
    (tmp_path / "link.py").symlink_to("dump.sql")
    (tmp_path / "below").symlink_to("plans")
    os.link(tmp_path / "dump.sql", tmp_path / "hard.py")
    with pytest.raises(NeverSendError, match=said):
        border.refuse(path)


def test_other_rules_count_after_a_refresh(border: ModelBorder, tmp_path: Path) -> None:
    assert border.hides("dump.sql")
    assert not border.hides("a.txt")
    (tmp_path / ".copilotignore").write_text("")
    (tmp_path / ".gitignore").write_text("*.txt")
    border.refresh()
    assert not border.hides("dump.sql")
    assert border.hides("a.txt")


def test_what_the_user_has_allowed_is_let_through_by_all_its_names(border: ModelBorder, tmp_path: Path) -> None:
    (tmp_path / "dump.sql").write_text("select 1")
    (tmp_path / "link.py").symlink_to("dump.sql")
    os.link(tmp_path / "dump.sql", tmp_path / "hard.py")
    with pytest.raises(NeverSendError) as caught:
        border.refuse("link.py")
    assert caught.value.names == ("link.py", "dump.sql")
    workspace = border.workspace
    assert not ModelBorder(workspace, lifted=caught.value.names).hides("link.py")
    # A link of an allowed name to another hidden file is not what was allowed.
    only_link = ModelBorder(workspace, lifted=["link.py", "hard.py"])
    assert only_link.hides("link.py")
    assert only_link.hides("hard.py")
    assert ModelBorder(workspace, lifted=caught.value.names).hides("other.sql")


def test_git_itself_cannot_be_allowed(border: ModelBorder) -> None:
    with pytest.raises(NeverSendError) as caught:
        ModelBorder(border.workspace, lifted=[".git/config"]).refuse(".git/config")
    assert caught.value.names == ()


def test_a_hard_link_to_what_only_git_ignores_is_an_ordinary_file(border: ModelBorder, tmp_path: Path) -> None:
    """Builds make them in their own folders."""
    (tmp_path / "out").mkdir()
    (tmp_path / "a.py").write_text("1")
    os.link(tmp_path / "a.py", tmp_path / "out" / "a.py")
    assert not border.hides("a.py")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_taken_for_plain_would_be_let_through_by_every_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - which files there are
    root = tmp_path / ".config" / "project" if seed == 2 else tmp_path
    folders = ["", "src", "src/deep", ".aws", "src/.ssh", "plans", "src/plans", "out", "sub", ".config/gcloud"]
    names = ["a.py", "b.sql", "public.sql", ".env", "id_rsa", "config.json", "credentials", "x.log", "Notes.md", "hub"]
    files = [f"{folder}/{name}".lstrip("/") for folder in folders for name in names]
    for path in files:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("1")
    (root / ".copilotignore").write_text("plans/\n*.sql\n!public.sql\n/src/a.py\n")
    (root / "sub" / ".copilotignore").write_text("notes.md\n!b.sql\n")
    (root / ".gitignore").write_text("*.log\nout/\n")
    for number, path in enumerate(chance.sample(files, 30)):
        (root / f"link{number}.py").symlink_to(root / path)
        os.link(root / path, root / f"hard{number}.py")
    (root / "way").symlink_to("plans")
    (root / "other").symlink_to("src")
    paths = [each.relative_to(root).as_posix() for each in root.rglob("*")]
    paths += [f"{way}/{name}" for way in ("way", "other", "src/..", "none") for name in names]
    quick, slow = ModelBorder(Workspace(root)), ModelBorder(Workspace(root))
    found = [(path, quick.hides(path), quick.hides_listed(path)) for path in paths]
    monkeypatch.setattr(ModelBorder, "_is_plain", lambda _border, _path: False)
    assert found == [(path, slow.hides(path), slow.hides_listed(path)) for path in paths]
    assert {True, False} == {each for _path, each, _listed in found}


def test_a_hundred_thousand_names_are_looked_at_in_seconds(border: ModelBorder) -> None:
    began = time.process_time()
    assert not any(border.hides(f"src/part{number % 100}/module_{number}.py") for number in range(20_000))
    # Two hundred patterns one after the other took twenty times as long.
    assert time.process_time() - began < 5


def test_folders_nested_deeper_than_calls_may_be_are_passed(tmp_path: Path) -> None:
    border = ModelBorder(Workspace(tmp_path))
    assert not border.hides_listed("/".join(["d"] * 3_000) + "/a.py")
