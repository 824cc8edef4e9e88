"""What the tests of the packages share: the packages themselves, built once from these sources."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from copilot_desktop import __version__
from tests.support.clean_system import KEPT, CleanSystem, Log, only_one
from tests.support.secret_service import ROOT

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from installers.linux import packaged

OLDER_VERSION = "0.0.9"
_MARK = KEPT / "packages.mark"
_OLDER = KEPT / "older"
_INPUTS = ("copilot_desktop", "resources", "installers", "pyproject.toml", "LICENSE", "README.md")


@dataclass(frozen=True)
class Packages:
    """Files: the packages of these sources, and a .deb of the same with a lower version."""

    deb: Path
    appimage: Path
    older: Path


@pytest.fixture(scope="session")
def packages() -> Packages:
    """Built by the script that people use, unless that was done for these sources."""
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the packages are built with Python 3.11")
    name = packaged.NAME
    made = Packages(
        ROOT / f"dist/{name}_{__version__}_amd64.deb",
        ROOT / f"dist/Copilot_Desktop-{__version__}-x86_64.AppImage",
        _OLDER / f"dist/{name}_{OLDER_VERSION}_amd64.deb",
    )
    with only_one("packages"):
        mark = _mark()
        is_made = all(each.is_file() for each in (made.deb, made.appimage, made.older))
        if not (is_made and _MARK.is_file() and _MARK.read_text() == mark):
            _MARK.unlink(missing_ok=True)
            _build(ROOT)
            _copy_as_older()
            _build(_OLDER, "--deb")
            _MARK.write_text(mark)
    return made


def _mark() -> str:
    digest = hashlib.sha256()
    for name in _INPUTS:
        place = ROOT / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _build(checkout: Path, *arguments: str) -> None:
    script = checkout / "installers" / "linux" / "build.py"
    variables = os.environ | {"SOURCE_DATE_EPOCH": str(int(packaged.built_at().timestamp()))}
    variables.pop("PYTHONPATH", None)
    command = ["nice", "-n", "10", sys.executable, str(script), *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr[-4000:]


def _copy_as_older() -> None:
    """Another checkout of the same with a lower version; it uses what is installed for the first."""
    shutil.rmtree(_OLDER, ignore_errors=True)
    for name in _INPUTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, _OLDER / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, _OLDER / name)
    version = _OLDER / "copilot_desktop" / "__init__.py"
    text = re.sub(r'__version__ = "[^"]+"', f'__version__ = "{OLDER_VERSION}"', version.read_text(encoding="utf-8"))
    version.write_text(text, encoding="utf-8")
    built = ROOT / "build" / "linux"
    shutil.copytree(built / "venv", _OLDER / "build/linux/venv", symlinks=True, copy_function=os.link)
    shutil.copyfile(built / "installed.lock", _OLDER / "build/linux/installed.lock")


@pytest.fixture
def system(request: pytest.FixtureRequest) -> Iterator[CleanSystem]:
    """A clean Debian, and a log of what is done in it."""
    with CleanSystem(Log(request.node.name)) as made:
        yield made
