from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace.lifted import Lift, LiftStore, follow_rename, lifted_border
from copilot_desktop.workspace.paths import Workspace

ENV = Lift((".env",), "looks like environment variables")
LOG = Lift(("link.log", "debug.log"), "is ignored by git", "one")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def kept_file(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "state" / "lifted").glob("*.json")
    return found


def test_what_is_allowed_is_kept_for_a_folder_and_for_a_conversation(tmp_path: Path, root: Path) -> None:
    store = LiftStore(tmp_path / "state", root)
    assert store.load() == ()
    store.add(ENV)
    assert store.add(LOG) == (ENV, LOG)
    assert store.add(ENV) == (LOG, ENV)
    again = LiftStore(tmp_path / "state", root)
    assert again.names("one") == {".env", "link.log", "debug.log"}
    assert again.names("two") == {".env"}
    assert LiftStore(tmp_path / "state", tmp_path).load() == ()
    assert again.remove(ENV) == (LOG,)
    assert lifted_border(Workspace(root), tmp_path / "state").hides(".env")
    store.add(ENV)
    assert not lifted_border(Workspace(root), tmp_path / "state").hides(".env")


def test_a_damaged_file_allows_nothing_and_is_put_aside(tmp_path: Path, root: Path) -> None:
    store = LiftStore(tmp_path / "state", root)
    store.add(ENV)
    place = kept_file(tmp_path)
    place.write_text('{"version": 1, "lifted": [{"names": 3}]}')
    with pytest.raises(StoreError, match="none of them is given to a model"):
        store.load()
    assert store.names("") == frozenset()
    assert store.add(LOG) == (LOG,)
    assert place.with_suffix(".damaged").exists()


def test_a_newer_file_allows_nothing_and_stays(tmp_path: Path, root: Path) -> None:
    store = LiftStore(tmp_path / "state", root)
    store.add(ENV)
    place = kept_file(tmp_path)
    newer = json.dumps({"version": 2, "lifted": []})
    place.write_text(newer)
    assert store.names("") == frozenset()
    with pytest.raises(NewerStoreError):
        store.add(LOG)
    assert place.read_text() == newer


def test_it_follows_a_folder_to_its_new_name(tmp_path: Path, root: Path) -> None:
    LiftStore(tmp_path / "state", root).add(ENV)
    renamed = root.rename(tmp_path / "renamed")
    follow_rename(tmp_path / "state", root, renamed)
    assert LiftStore(tmp_path / "state", renamed).load() == (ENV,)
    assert LiftStore(tmp_path / "state", root).load() == ()
