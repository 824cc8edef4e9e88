"""The review of a renamed folder is fetched when it is opened, whatever was written till then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot_desktop.edits.pending.place import fetch, follow_rename, place_of
from copilot_desktop.edits.pending.store import PendingStore

SHOP, MARKET, BAZAAR = Path("/home/me/shop"), Path("/home/me/market"), Path("/home/me/bazaar")


def place(state: Path, root: Path) -> Path:
    return place_of(state, os.fsencode(root))


def keep(at: Path, word: str) -> None:
    store = PendingStore(at)
    store.save({"word": word})
    store.close()


def kept(at: Path) -> str | None:
    """As a window that opens the folder finds it."""
    fetch(at)
    store = PendingStore(at)

    def make(parts: Mapping[str, Any]) -> str | None:
        return parts.get("word")

    found = store.load(lambda _name: str, make)
    store.close()
    return found


def test_what_is_written_after_the_rename_comes_along(tmp_path: Path) -> None:
    store = PendingStore(place(tmp_path, SHOP))
    store.save({"word": "before"})
    follow_rename(tmp_path, SHOP, MARKET)
    store.save({"word": "decided in that moment"})
    store.close()
    assert kept(place(tmp_path, MARKET)) == "decided in that moment"
    assert [each.name for each in (tmp_path / "reviews").iterdir()] == [place(tmp_path, MARKET).name]
    assert kept(place(tmp_path, SHOP)) is None


def test_a_folder_renamed_twice_before_it_is_opened(tmp_path: Path) -> None:
    keep(place(tmp_path, SHOP), "kept")
    follow_rename(tmp_path, SHOP, MARKET)
    follow_rename(tmp_path, MARKET, BAZAAR)
    assert kept(place(tmp_path, BAZAAR)) == "kept"


def test_another_folder_under_the_old_name_does_not_get_it(tmp_path: Path) -> None:
    keep(place(tmp_path, SHOP), "kept")
    follow_rename(tmp_path, SHOP, MARKET)
    assert kept(place(tmp_path, SHOP)) is None
    keep(place(tmp_path, SHOP), "of another folder")
    assert kept(place(tmp_path, MARKET)) == "kept"
    assert kept(place(tmp_path, SHOP)) == "of another folder"


def test_a_review_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    keep(place(tmp_path, SHOP), "kept")
    keep(place(tmp_path, MARKET), "its own")
    follow_rename(tmp_path, SHOP, MARKET)
    assert kept(place(tmp_path, MARKET)) == "its own"
    assert kept(place(tmp_path, SHOP)) == "kept"


def test_killed_after_the_copy_the_note_goes_at_the_next_start(tmp_path: Path) -> None:
    keep(place(tmp_path, SHOP), "kept")
    follow_rename(tmp_path, SHOP, MARKET)
    place(tmp_path, MARKET).write_bytes(place(tmp_path, SHOP).read_bytes())
    assert kept(place(tmp_path, MARKET)) == "kept"
    assert [each.name for each in (tmp_path / "reviews").iterdir()] == [place(tmp_path, MARKET).name]
