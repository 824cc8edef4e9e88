"""What the Linux packages say of the program, and what they are built with."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from copilot_desktop import APPLICATION_ID, __version__
from copilot_desktop.__main__ import SCRIPT_COMMANDS

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from installers.linux import freezing, packaged

ROOT = Path(__file__).resolve().parents[3]


def test_the_names_are_those_of_the_program() -> None:
    assert (packaged.version(), packaged.application_id()) == (__version__, APPLICATION_ID)
    entry = packaged.desktop_entry()
    assert f"\nIcon={APPLICATION_ID}\n" in entry
    assert f"\nStartupWMClass={APPLICATION_ID}\n" in entry
    assert "inode/directory;" in entry
    component = ET.fromstring(packaged.metainfo())  # noqa: S314 - our own
    assert component.findtext("id") == APPLICATION_ID
    assert component.findtext("launchable") == f"{APPLICATION_ID}.desktop"


def test_the_manual_names_every_command() -> None:
    manual = packaged.manual().replace(r"\-", "-")
    assert [command for command in SCRIPT_COMMANDS if command not in (*manual.split(), "-h", "--version")] == []


def test_what_desktops_read_is_valid(tmp_path: Path) -> None:
    packaged.write_shared(tmp_path)
    checks = {
        "desktop-file-validate": tmp_path / f"applications/{APPLICATION_ID}.desktop",
        "appstreamcli": tmp_path / f"metainfo/{APPLICATION_ID}.metainfo.xml",
    }
    for tool, place in checks.items():
        assert place.is_file()
        if shutil.which(tool):
            options = ["validate", "--no-net"] if tool == "appstreamcli" else []
            run = subprocess.run([tool, *options, str(place)], capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stdout


def test_every_dependency_is_pinned_by_its_hash() -> None:
    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    pinned = {plain(wheel.name) for wheel in freezing.locked()}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {plain(re.split(r"[~>=;<\[ ]", each, maxsplit=1)[0]) for each in wanted}
    assert names - pinned == set(), "python3 installers/linux/build.py --lock"
