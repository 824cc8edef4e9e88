"""What a new user meets at the first command, in a copy of the set-up files: each trouble is one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from installers import environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what set-up reads, without a `.venv`."""
    folder = tmp_path / "checkout"
    for name in ("installers", "copilot_desktop", "resources"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; no package index can be reached."""
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_NO_INDEX": ""}
    return subprocess.run(
        [sys.executable, str(checkout / "installers" / "run.py"), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | closed | variables,
        check=False,
        timeout=90,
        cwd=checkout,
    )


def prepare_venv(checkout: Path) -> Path:
    """A `.venv` that set-up takes for complete but for the starter model."""
    venv = checkout / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from installers import environment as e; print(e.fingerprint(''), e.venv_python())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code, str(checkout)], capture_output=True, text=True, check=True
    ).stdout.split()
    (venv / "copilot-desktop.json").write_text(json.dumps({"program": printed[0]}))
    return venv


def test_without_ensurepip_the_sentence_names_the_command(checkout: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "ensurepip").mkdir(parents=True)
    (broken / "ensurepip" / "__init__.py").write_text("raise ImportError('Debian leaves this out')\n")
    ended = run(checkout, "--no-start", PYTHONPATH=str(broken))
    assert ended.returncode == 1
    assert f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (checkout / ".venv").exists()


def test_without_network_the_program_cannot_be_installed_and_says_so(checkout: Path) -> None:
    ended = run(checkout, "--no-start")
    assert ended.returncode == 1
    assert "could not be installed" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "program" not in environment_stamp(checkout)


def test_without_network_for_the_model_the_program_still_starts(checkout: Path) -> None:
    prepare_venv(checkout)
    ended = run(checkout, "--", "--version")
    assert "starts without the built-in model" in ended.stderr
    assert ended.returncode == 0
    assert ended.stdout.startswith("copilot-desktop ")
    assert "starter_model" not in environment_stamp(checkout)


def test_arguments_after_the_dashes_reach_the_program_and_set_up_keeps_off_its_output(checkout: Path) -> None:
    prepare_venv(checkout)
    ended = run(checkout, "--", "--version")
    assert len(ended.stdout.splitlines()) == 1


def test_a_full_disk_is_said_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9 - 5_000_000, 5_000_000))
    monkeypatch.setattr(environment, "read_stamp", dict)
    sentence = environment.install_starter_model()
    assert "only 5 MB are free" in sentence
    assert "everything else works" in sentence


def test_missing_libraries_become_one_apt_command() -> None:
    assert environment.debian_packages(["libEGL.so.1", "libgthread-2.0.so.0", "libglib-2.0.so.0", "libother.so"]) == [
        "libegl1",
        "libglib2.0-0",
    ]


def environment_stamp(checkout: Path) -> dict[str, str]:
    stamp = checkout / ".venv" / "copilot-desktop.json"
    return dict(json.loads(stamp.read_text())) if stamp.exists() else {}
