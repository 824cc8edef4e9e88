"""What many writes leave in the full-text tables is merged while nothing is asked for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from copilot_desktop.context.index.schema import CALL_FTS, FILE_FTS, PIECE_FTS
from copilot_desktop.errors import StoreError
from tests.unit.context.index.test_building import WORDS, Indexed

TABLES = (*FILE_FTS, PIECE_FTS, CALL_FTS)
CHANGES = 200


@pytest.fixture
def changed_often(tmp_path: Path) -> Indexed:
    """A folder that was indexed after each of many changes."""
    root = tmp_path / "project"
    root.mkdir()
    indexed = Indexed(root, tmp_path / "cache")
    indexed.update()
    for number in range(CHANGES):
        path = f"f{number % 50}.py"
        # Each has words of its own: a small table is never merged by SQLite of itself.
        body = "\n".join(f"    return {word}_{number}({WORDS[number % len(WORDS)]})" for word in WORDS)
        (root / path).write_text(f"def function_{number}(value):\n    # about number_{number}\n{body}\n")
        indexed.builder.look_at([path])
    return indexed


def segments(database: sqlite3.Connection) -> list[int]:
    counts = (database.execute(f"SELECT count(DISTINCT segid) FROM {table}_idx").fetchone() for table in TABLES)  # noqa: S608
    return [count for (count,) in counts]


def test_segments_become_one_a_table_and_say_the_same(changed_often: Indexed) -> None:
    before, content = segments(changed_often.database), changed_often.content()
    found = {word: changed_often.find(f"{word} number_190", 50) for word in WORDS}
    assert max(before) > 8, before
    steps = 0
    while changed_often.builder.work_on():
        steps += 1
    assert steps >= len(TABLES)
    assert segments(changed_often.database) == [1] * len(TABLES)
    assert changed_often.content() == content
    assert {word: changed_often.find(f"{word} number_190", 50) for word in WORDS} == found
    assert not changed_often.builder.work_on()
    changed_often.builder.look_at(["f1.py"])
    assert not changed_often.builder.work_on()
    changed_often.close()


def test_a_folder_that_is_hardly_written_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    indexed = Indexed(root, tmp_path / "cache")
    (root / "a.py").write_text("def total(): ...\n")
    indexed.update()
    assert not indexed.builder.work_on()
    indexed.close()


def test_what_cannot_be_written_is_told_and_done_later(changed_often: Indexed) -> None:
    database = changed_often.database
    assert changed_often.builder.work_on()
    database.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError):
        changed_often.builder.work_on()
    database.execute("PRAGMA query_only = 0")
    while changed_often.builder.work_on():
        pass
    assert segments(database) == [1] * len(TABLES)
    changed_often.close()
