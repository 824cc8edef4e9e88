"""When a folder was made, as the system tells it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from copilot_desktop.workspace.birth_time import birth_ns


def test_a_folder_keeps_it_through_a_rename_and_a_change_and_a_later_one_has_another(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    birth = birth_ns(one)
    if birth is None:
        pytest.skip("this file system does not say when a folder was made")
    two = one.rename(tmp_path / "two")
    (two / "file").write_text("text")
    two.chmod(0o700)
    assert birth_ns(two) == birth
    time.sleep(0.05)  # system clocks for this tick slowly
    one.mkdir()
    later = birth_ns(one)
    assert later is not None
    assert later > birth


@pytest.mark.skipif(sys.platform != "linux", reason="only there the answer is read by hand")
def test_it_is_what_the_system_s_own_tool_says(tmp_path: Path) -> None:
    said = subprocess.run(["stat", "-c", "%W", str(tmp_path)], capture_output=True, text=True, check=True).stdout
    birth = birth_ns(tmp_path)
    assert int(said) == (0 if birth is None else birth // 1_000_000_000)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        birth_ns(tmp_path / "nothing")
