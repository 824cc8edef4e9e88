"""An index with any bytes changed, or cut off, is made anew by the real worker: what is asked is found."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path

import pytest

from copilot_desktop.child_processes import worker_command
from copilot_desktop.context.index.ranking import rank
from copilot_desktop.context.index.schema import index_place, read_index
from copilot_desktop.context.index.worker_process import index_worker

_PAGE, _FIRST_PAGES = 4096, 8


def bring_up_to_date(folder: Path, place: Path) -> None:
    with index_worker(worker_command("index"), folder, place) as progress:
        assert [each.is_complete for each in progress][-1]


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_index_is_made_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - where to damage it
    folder = tmp_path / "project"
    folder.mkdir()
    for number in range(60):
        (folder / f"f{number}.py").write_text(f"def needle_{number}(value):\n    return value + {number}\n" * 30)
    place = index_place(tmp_path / "cache", folder)
    bring_up_to_date(folder, place)
    with contextlib.closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # or what is beside the file hides the damage
    data = bytearray(place.read_bytes())
    if seed == 0:
        del data[len(data) // 2 :]
    else:
        # What the tables are is said in the first pages: it can be opened, and the rest is noise.
        pages = range(_FIRST_PAGES, len(data) // _PAGE)
        for page in chance.sample(pages, len(pages) // 2):
            data[page * _PAGE : (page + 1) * _PAGE] = chance.randbytes(_PAGE)
    place.write_bytes(data)
    for number in range(60):
        (folder / f"f{number}.py").write_text(f"def haystack_{number}(value):\n    return {number}\n")
    bring_up_to_date(folder, place)
    index = read_index(place)
    assert index is not None
    assert rank(index, "haystack_7", 1).files == ("f7.py",)
    assert rank(index, "needle_7 function", 1).files == ()
    index.close()
