"""The program as one folder that needs no Python: PyInstaller in an environment of its own, from pinned wheels."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installers.environment import SetupError, say
from installers.linux import libraries
from installers.linux.packaged import NAME, ROOT, built_at, version

HERE: Final = Path(__file__).resolve().parent
BUILD: Final = ROOT / "build" / "linux"
LOCK: Final = HERE / "requirements.lock"
PYINSTALLER: Final = "pyinstaller~=6.22"
TAKEN: Final = BUILD / "taken.json"
"""From where PyInstaller took each file: [[path in the program, source], …]."""
MODULES: Final = "modules.pyz"
"""All Python code: made by the recipe, read by `hooks/modules.py`."""
BUILD_ONLY: Final = frozenset(("altgraph", "packaging", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools"))
"""Pinned, and not in the program."""


@dataclass(frozen=True)
class Wheel:
    """A distribution that is built with: its name, version and the SHA-256 of its file."""

    name: str
    version: str
    sha256: str


def run(command: Sequence[str], what: str, *, variables: dict[str, str] | None = None) -> str:
    """Run a step and return what it printed. Raises SetupError with its last lines."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | (variables or {})
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise SetupError(f"{what} failed ({' '.join(command[:3])} …):\n{last}")
    return done.stdout


def write_lock() -> None:
    """Resolve the program's dependencies and PyInstaller anew, and pin them with their hashes."""
    python = _environment()
    report = BUILD / "resolved.json"
    command = [python, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", str(report)]
    run([*command, PYINSTALLER, str(ROOT)], "Resolving the requirements")
    wheels = []
    for each in json.loads(report.read_text(encoding="utf-8"))["install"]:
        archive = each["download_info"].get("archive_info")
        if archive is not None:  # all but the program itself
            known = each["metadata"]
            wheels.append(Wheel(known["name"], known["version"], archive["hashes"]["sha256"]))
    lines = [f"{each.name}=={each.version} --hash=sha256:{each.sha256}" for each in wheels]
    head = (
        f"# What the packages are built with, for CPython {sys.version_info[0]}.{sys.version_info[1]} on x86-64.\n"
        "# Made by `python3 installers/linux/build.py --lock`.\n"
    )
    LOCK.write_text(head + "\n".join(sorted(lines, key=str.lower)) + "\n", encoding="utf-8")


def locked(place: Path = LOCK) -> Iterator[Wheel]:
    """What is pinned."""
    for line in place.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})", line)
        if found is not None:
            yield Wheel(*found.groups())


def install() -> str:
    """Fill the environment with what is pinned, and nothing else; returns its Python."""
    python, stamp = _environment(), BUILD / "installed.lock"
    if stamp.is_file() and stamp.read_bytes() == LOCK.read_bytes():
        return python
    say("Installing what the build is pinned to")
    command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    run([*command, "-r", str(LOCK)], "Installing the pinned requirements")
    stamp.write_bytes(LOCK.read_bytes())
    return python


def freeze(python: str) -> Path:
    """Make the folder of the program; the same sources give the same bytes."""
    say("Freezing the program")
    out = BUILD / "frozen"
    shutil.rmtree(out, ignore_errors=True)
    names = " ".join(wheel.name for wheel in locked() if wheel.name not in BUILD_ONLY)
    fixed = {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(int(built_at().timestamp()))}
    fixed["COPILOT_DESKTOP_TAKEN"] = str(TAKEN)
    # Packages compress all of it better than one module after the other, and then no start unpacks them.
    fixed["PYINSTALLER_ZLIB_COMPRESSION_LEVEL"] = "0"
    fixed["COPILOT_DESKTOP_METADATA"] = os.pathsep.join((str(_own_metadata()), names))
    command = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(out), "--workpath", str(BUILD / "work"), str(HERE / "frozen.spec")]
    run(command, "PyInstaller", variables=fixed)
    folder = out / NAME
    libraries.forget_build_paths(folder)
    libraries.check_glibc(folder)
    return folder


def _own_metadata() -> Path:
    """A folder with the program's description, as an installed package has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = BUILD / "metadata" / f"copilot_desktop-{version()}.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["Metadata-Version: 2.4", f"Name: {project['name']}", f"Version: {version()}"]
    lines += [f"License-Expression: {project['license']}"]
    lines += [f"Requires-Dist: {wanted}" for wanted in project["dependencies"]]
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _environment() -> str:
    home = BUILD / "venv"
    python = home / "bin" / "python"
    if not python.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        say(f"Making {home.relative_to(ROOT)}")
        venv.create(home, with_pip=True)
    return str(python)
