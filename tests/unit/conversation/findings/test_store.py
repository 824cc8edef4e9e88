"""What is kept of findings outlives a restart; damaged and newer files are refused and left as they are."""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.conversation.findings.store import (
    VERSION,
    FindingsStore,
    KeptFindings,
    follow_rename,
    place_of,
)
from copilot_desktop.conversation.findings.values import Finding, Severity, ShownFix
from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.text.ranges import LineRange

FIRST = Finding("r:0", "a.py", LineRange(2, 4), Severity.PROBLEM, "Why – so.", ("x", "\udcff"), ("", "y"), "fix", "n")
SECOND = Finding("r:1", "b.py", None, Severity.REMARK, "Other.")
KEPT = KeptFindings((FIRST, SECOND), "model")
# As version 1 has written it.
VERSION_1 = """{"version": 1, "model": "m", "findings": [{"id": "r:0", "path": "a.py", "lines": [0, 2],
"severity": "doubt", "reason": "R.", "anchor": ["x"], "around": ["", "z"], "fix": "", "note": "", "placeless": false}],
"dismissed": [{"key": "k", "path": "a.py", "reason": "Q."}]}"""


@pytest.fixture
def store(tmp_path: Path) -> FindingsStore:
    return FindingsStore(tmp_path / "state" / "findings" / "one.json")


def test_it_comes_back(store: FindingsStore, tmp_path: Path) -> None:
    assert store.load() == KeptFindings()
    dismissed = KEPT.without(SECOND)
    assert dismissed.findings == (FIRST,)
    store.save(dismissed)
    assert store.load() == dismissed
    assert dismissed.with_back(SECOND, 1) == KEPT
    place = tmp_path / "state" / "findings"
    if sys.platform != "win32":
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert stat.S_IMODE((place / "one.json").stat().st_mode) == 0o600
    fixed = replace(KEPT, is_whole=False).with_fix(ShownFix("r:0", FIRST.key, "set"))
    fixed = fixed.with_fix(ShownFix("r:0", FIRST.key, "set", is_accepted=True))
    store.save(fixed)
    assert store.load() == fixed
    assert fixed.fixed == {"r:0"}
    store.save(KeptFindings())
    assert not (place / "one.json").exists()


def test_an_equal_finding_is_dismissed_with_it() -> None:
    again = replace(FIRST, finding_id="r:5", reason="why  so")
    assert KeptFindings((FIRST, again, SECOND)).without(FIRST).findings == (SECOND,)


def test_files_of_other_versions(store: FindingsStore, tmp_path: Path) -> None:
    place = tmp_path / "state" / "findings" / "one.json"
    store.save(KEPT)
    place.write_text(VERSION_1)
    kept = store.load()
    assert (kept.findings[0].lines, kept.dismissed[0].key) == (LineRange(0, 2), "k")
    assert (kept.fixes, kept.is_whole) == ((), True)
    for text, kind in (
        (json.dumps({**json.loads(VERSION_1), "version": VERSION + 1}), NewerStoreError),
        (VERSION_1.replace('"doubt"', '"awful"'), StoreError),
        (VERSION_1[:-9], StoreError),
        ("[]", StoreError),
    ):
        place.write_text(text)
        with pytest.raises(kind):
            store.load()
        assert place.read_text() == text


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "findings").write_text("a file in the way")
    with pytest.raises(StoreError, match="could not be kept"):
        FindingsStore(tmp_path / "findings" / "one.json").save(KEPT)


def test_a_renamed_folder_keeps_its_findings(tmp_path: Path) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    FindingsStore(place_of(tmp_path, bytes(before))).save(KEPT)
    follow_rename(tmp_path, before, now)
    assert FindingsStore(place_of(tmp_path, bytes(now))).load() == KEPT
    assert FindingsStore(place_of(tmp_path, bytes(before))).load() == KeptFindings()
