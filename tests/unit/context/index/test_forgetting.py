"""Indexes that nobody needs are deleted: of folders that are gone, that were not opened for long, or beyond a size."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from copilot_desktop.context.index.forgetting import forget_unused, note_use
from copilot_desktop.context.index.schema import size_of
from copilot_desktop.context.index.vectors import vectors_place
from tests.unit.context.index.test_building import Indexed, make

DAY_S = 86_400


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name in ("used", "other", "gone"):
        root = tmp_path / name
        root.mkdir()
        make(root, a_dot_py=f"def {name}():\n    pass\n")
        indexed = Indexed(root, tmp_path / "cache")
        indexed.update()
        indexed.close()
        found[name] = indexed.place
    shutil.rmtree(tmp_path / "gone")
    return found


def age(place: Path, days: float) -> None:
    then = time.time() - days * DAY_S
    os.utime(place, (then, then))


def test_a_folder_that_is_gone_is_forgotten_after_a_week(places: dict[str, Path]) -> None:
    age(places["other"], 8)
    age(places["gone"], 6)
    forget_unused(places["used"])
    assert all(place.exists() for place in places.values())
    age(places["gone"], 8)
    forget_unused(places["used"])
    assert [name for name, place in places.items() if place.exists()] == ["used", "other"]
    assert size_of(places["gone"]) == 0


def test_what_was_not_opened_for_long_is_forgotten_and_what_is_used_stays(places: dict[str, Path]) -> None:
    age(places["other"], 61)
    age(places["used"], 61)
    forget_unused(places["used"])
    assert [name for name, place in places.items() if place.exists()] == ["used", "gone"]
    note_use(places["used"])
    forget_unused(places["gone"])
    assert places["used"].exists()


def test_all_together_have_no_more_than_so_much(places: dict[str, Path]) -> None:
    age(places["other"], 2)
    age(places["gone"], 1)
    forget_unused(places["used"], most_bytes=size_of(places["used"]) + size_of(places["gone"]))
    assert [name for name, place in places.items() if place.exists()] == ["used", "gone"]


def test_a_damaged_one_that_is_old_is_forgotten(places: dict[str, Path]) -> None:
    places["other"].write_bytes(b"no database" * 1000)
    age(places["other"], 8)
    forget_unused(places["used"])
    assert not places["other"].exists()


def test_those_of_another_version_are_forgotten_after_a_week_and_their_folder_with_the_last(
    places: dict[str, Path],
) -> None:
    older = places["used"].parent.with_name("index-1")
    shutil.copytree(places["used"].parent, older)
    beside = older.with_name("index-of-something-else")
    shutil.copytree(older, beside)
    left = older / places["other"].name
    for place in (*older.iterdir(), *beside.iterdir()):
        age(place, 8)
    age(left, 6)
    forget_unused(places["used"])
    assert [place.name for place in older.iterdir()] == [left.name]
    assert places["used"].exists()
    age(left, 8)
    forget_unused(places["used"])
    assert not older.exists()
    assert len(list(beside.iterdir())) == len(places)


def test_vectors_of_a_folder_stay_when_the_index_of_another_version_goes(places: dict[str, Path]) -> None:
    older = places["used"].parent.with_name("index-1") / places["used"].name
    older.parent.mkdir()
    shutil.copy(places["used"], older)
    age(older, 100)
    vectors = vectors_place(places["used"])
    vectors.parent.mkdir()
    vectors.write_bytes(b"bought")
    forget_unused(places["used"])
    assert not older.exists()
    assert vectors.exists()
