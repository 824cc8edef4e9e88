from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.errors import StoreError
from copilot_desktop.settings.folders import program_folders


def test_home_moves_everything_below_one_private_folder(tmp_path: Path) -> None:
    folders = program_folders({"COPILOT_DESKTOP_HOME": str(tmp_path / "home")})
    found = {folders.config, folders.data, folders.cache, folders.state}
    assert found == {tmp_path / "home" / name for name in ("config", "data", "cache", "state")}
    assert {folder.stat().st_mode & 0o777 for folder in found} == {0o700}


def test_a_folder_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    assert program_folders({"COPILOT_DESKTOP_HOME": str(tmp_path)}).data.stat().st_mode & 0o777 == 0o700


def test_without_home_the_folders_are_the_system_s_and_four(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    folders = program_folders({})
    found = {folders.config, folders.data, folders.cache, folders.state}
    assert len(found) == 4
    assert all(folder.is_relative_to(tmp_path) for folder in found)


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        program_folders({"COPILOT_DESKTOP_HOME": str(tmp_path / "home")})
