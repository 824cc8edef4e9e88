"""The files of a review on a real disk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from copilot_desktop.bridge.review.files import ReviewFiles, Written
from copilot_desktop.edits.plan import PlannedFile
from copilot_desktop.errors import EncodingError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.paths import Workspace


def test_a_renamed_script_can_still_be_run(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "run.sh").write_bytes(b"#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    workspace = Workspace(root)
    files = ReviewFiles(workspace, Applier(workspace, tmp_path / "state"))
    renamed = {"start.sh": "run.sh", "run.sh": "start.sh"}
    there = [PlannedFile("run.sh", "#!/bin/sh\n", None), PlannedFile("start.sh", None, "#!/bin/sh\n")]
    assert isinstance(files.write(there, "Rename", renamed, {}), Written)
    assert stat.S_IMODE((root / "start.sh").stat().st_mode) == 0o755
    back = [PlannedFile("run.sh", None, "#!/bin/sh\n"), PlannedFile("start.sh", "#!/bin/sh\n", None)]
    assert isinstance(files.write(back, "Rename back", renamed, {}), Written)
    assert stat.S_IMODE((root / "run.sh").stat().st_mode) == 0o755


def test_what_a_files_encoding_cannot_hold_is_refused_with_the_files_name(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "menu.txt").write_bytes(b"caf\xe9\n")
    workspace = Workspace(root)
    files = ReviewFiles(workspace, Applier(workspace, tmp_path / "state"))
    with pytest.raises(EncodingError, match=r"^menu\.txt: The character '→' \(U\+2192\) in line 2 cannot be written"):
        files.write([PlannedFile("menu.txt", "café\n", "café\n→\n")], "Accept", {}, {}, {"menu.txt": "cp1252"})
    assert (root / "menu.txt").read_bytes() == b"caf\xe9\n"
