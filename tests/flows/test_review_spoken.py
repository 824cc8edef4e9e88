"""300 changes in 40 files as a screen reader reads them: AT-SPI on a private bus, the program on a private screen."""

from __future__ import annotations

import os
from pathlib import Path

from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.pending.place import place_of
from copilot_desktop.edits.pending.store import PendingStore
from copilot_desktop.settings.folders import program_folders
from tests.support.many_changes import CHANGES, FILES, make_pile, state_of
from tests.support.screen_reading import NEEDED, read_by

pytestmark = NEEDED


def test_a_whole_review_is_read_and_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    pile = make_pile(folder)
    place = place_of(program_folders(os.environ).state, os.fsencode(folder.resolve()))
    store = PendingStore(place)
    store.save(PendingReview(state_of(pile)).parts())
    store.close()
    read = read_by("review_reader.py", folder)
    assert read["button"] == f"Review: {CHANGES} changes to review"
    assert read["list"] == ["list", "Everything under review"]
    names = [name for _role, name in read["rows"]]
    assert {role for role, _name in read["rows"]} == {"list item"}
    turns = [name for name in names if name.startswith("Turn: ")]
    assert [name.split(",")[0] for name in turns] == [
        "Turn: Turn one: net prices", "Turn: Turn two: log it", "Turn: Turn three: rename",
    ]  # fmt: skip
    assert sum(name.startswith("src/") for name in names) == FILES
    assert sum(name.startswith("Line") for name in names) == CHANGES
    first = "src/billing/adapters/module_00.py, modified, 8 changes, 9 added, 9 removed, 8 of 8 to review, open"
    assert first in names
    assert sum("Uncertain: look before accepting." in name for name in names) == 1
    assert any(line.startswith("removed") and "total" in line for line in read["lines"])
    assert read["accept"] == f"Accept all: {CHANGES} to review"
    left = [name for _role, name in read["after"] if name.startswith("Line") and "Accepted" not in name]
    assert len(left) == 1
    for path in pile.paths:
        if "module_20" not in path:
            assert (folder / path).read_text() == pile.expected(path)
