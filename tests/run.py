"""Set up and check everything: lint, types, import contracts, all tests, offscreen.

python3 tests/run.py                  what CI runs
python3 tests/run.py --strict         every skip is a failure
python3 tests/run.py --long           also the full studies (fuzzing, kills), four times the examples of properties
python3 tests/run.py -- ARGUMENTS     only pytest, with these arguments
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this script is what an older Python is given
    sys.exit("The tests need Python 3.11 or newer, and this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installers import environment
from installers.environment import SetupError, say

# What the tests need beside Python: a file that shows it is there, and the Debian package that brings it.
SYSTEM_PARTS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
    "git": "git",
    "strace": "strace",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "/usr/lib/python3/dist-packages/pyatspi/__init__.py": "python3-pyatspi",
}
# And what building and installing the packages needs, which only the long studies do.
PACKAGING_PARTS = {
    "debootstrap": "debootstrap",
    "lintian": "lintian",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "mksquashfs": "squashfs-tools",
    "gcc": "gcc",
    "readelf": "binutils",
    "/usr/include/squashfuse/squashfuse.h": "libsquashfuse-dev",
    "/usr/include/fuse3/fuse.h": "libfuse3-dev",
    "/usr/include/zstd.h": "libzstd-dev",
}
LEAST_URGENT = 19
ALONE_LIMIT = 20
"""More failures than these are no accident."""
FOLDERS = ("copilot_desktop", "tests", "installers")
# Empty: bytecode is written, or each worker and each program that a test starts compiles everything anew.
TEST_VARIABLES = {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}


def missing_packages(is_long: bool = False) -> list[str]:
    """Debian packages the tests need and the system lacks."""
    parts = SYSTEM_PARTS | (PACKAGING_PARTS if is_long else {})
    packages = {package for part, package in parts.items() if not (shutil.which(part) or Path(part).is_file())}
    packages |= set(environment.debian_packages(environment.missing_libraries(screen=True)))
    return sorted(packages)


def install_system_packages(is_long: bool = False) -> str:
    """Install what is missing where that is allowed; returns the sentence about what is still missing, or ''."""
    missing = missing_packages(is_long)
    if not missing:
        return ""
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say(f"Installing system packages: {', '.join(missing)}")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for step in ("apt-get update", command):
            subprocess.run(step.split(), env=quiet, stdout=subprocess.DEVNULL, check=False)
        missing = missing_packages(is_long)
    if not missing:
        return ""
    return f"Missing system packages, tests that need them are skipped: sudo apt install {' '.join(missing)}"


def run_step(name: str, command: Sequence[str], variables: dict[str, str] | None = None) -> bool:
    """Run one check with its output shown; True when it passed."""
    say(f"\n== {name}")
    began = time.monotonic()
    passed = (
        subprocess.run(command, cwd=environment.ROOT, env=os.environ | (variables or {}), check=False).returncode == 0
    )
    say(f"== {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return passed


def static_checks(python: str) -> list[str]:
    """Names of the static checks that failed."""
    tools = Path(python).parent
    steps = {
        "ruff": [str(tools / "ruff"), "check", *FOLDERS],
        "format": [str(tools / "ruff"), "format", "--check", *FOLDERS],
        "import contracts": [str(tools / "lint-imports")],
    }
    return [name for name, command in steps.items() if not run_step(name, command)]


class Beside:
    """A command that runs beside others; what it prints is kept until it has ended."""

    def __init__(self, command: Sequence[str], variables: dict[str, str] | None = None, niceness: int = 0) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the command
        is_nice = niceness and shutil.which("nice")
        self._process = subprocess.Popen(
            ["nice", "-n", str(niceness), *command] if is_nice else command,
            cwd=environment.ROOT,
            env=os.environ | (variables or {}),
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def passed(self, name: str = "") -> bool:
        """Wait for its end; with a name also print what it said."""
        code = self._process.wait()
        with self._output:
            if name:
                self._output.seek(0)
                say(f"\n== {name}\n{self._output.read().decode(errors='replace').rstrip()}")
                say(f"== {name}: {'passed' if code == 0 else 'FAILED'}")
        return code == 0

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._process.poll() is None:
            self._process.kill()


@contextmanager
def beside(command: Sequence[str], variables: dict[str, str] | None = None, niceness: int = 0) -> Iterator[Beside]:
    """A command beside what is done inside; it does not outlive that."""
    running = Beside(command, variables, niceness)
    try:
        yield running
    finally:
        running.stop()


def check_all(python: str, arguments: Sequence[str], strict: bool) -> tuple[list[str], str]:
    """Names of what failed of everything, and the sentence about what passed only alone.

    Types take a minute of one processor: they are looked at in what the tests leave of it. The tests are compiled once
    before their workers start, beside the other checks, and not by each worker.
    """
    with (
        beside([str(Path(python).with_name("mypy"))], niceness=LEAST_URGENT) as types,
        beside([python, "-m", "pytest", "--collect-only", "-q", *arguments], TEST_VARIABLES) as compiling,
    ):
        failed = static_checks(python)
        compiling.passed()  # What cannot be read is told by the tests.
        has_passed, only_alone = run_tests(python, arguments, strict)
        failed += [] if has_passed else ["tests"]
        failed += [] if types.passed("types") else ["types"]
    return failed, only_alone


def run_tests(python: str, arguments: Sequence[str], strict: bool) -> tuple[bool, str]:
    """Tests, offscreen, on all processors; `-n 0` among the arguments: on one. The closing line is pytest's own.

    What fails beside others is run once more alone, since three windows at a time on two processors meet time limits
    that one does not: whether all passed in the end, and the sentence that names what passed only alone. Strict: what
    failed has failed.
    """
    variables = TEST_VARIABLES | {"COPILOT_DESKTOP_STRICT": "1" if strict else "0"}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # Tests wait for windows and servers a lot: one more than the processors keeps these busy.
        workers = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal", f"--junitxml={report}"]
        if run_step("tests", [python, "-m", "pytest", *workers, *arguments], variables):
            return True, ""
        failed = failed_tests(report)
        if strict or not 0 < len(failed) <= ALONE_LIMIT:
            return False, ""
        if not run_step("tests that failed, alone", [python, "-m", "pytest", "-n", "0", *failed], variables):
            return False, ""
        return True, f"{len(failed)} tests failed beside others and passed alone: {', '.join(failed)}"


def failed_tests(report: Path) -> list[str]:
    """The ids of the tests that failed by a JUnit report; empty where there is none."""
    if not report.exists():
        return []
    found = []
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by pytest a moment ago
        if case.find("failure") is not None or case.find("error") is not None:
            module = case.get("classname", "").replace(".", "/")
            found.append(f"{module}.py::{case.get('name')}")
    return sorted(set(found))


def main() -> int:
    """0 when everything passed, 1 when not, 2 when set-up failed."""
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    parser = argparse.ArgumentParser(description="Check everything.", epilog="Arguments after -- go to pytest.")
    parser.add_argument("--strict", action="store_true", help="every skip is a failure")
    parser.add_argument("--long", action="store_true", help="also the full studies")
    own, for_pytest = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    try:
        environment.make_venv()
        environment.install_program("[test]")
        notes = [environment.install_starter_model(), install_system_packages(own.long)]
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    python = str(environment.venv_python())
    arguments = [*(("--hypothesis-profile=long",) if own.long else ("-m", "not long")), *for_pytest]
    if for_pytest:
        has_passed, only_alone = run_tests(python, arguments, own.strict)
        failed = [] if has_passed else ["tests"]
    else:
        failed, only_alone = check_all(python, arguments, own.strict)
    notes = [note for note in notes if note]
    for note in notes:
        say(note)
    if own.strict and notes:
        failed.append("set-up (strict)")
    if only_alone:
        say(only_alone)
    if failed:
        say(f"FAILED: {', '.join(failed)}")
        return 1
    say("Everything passed." if not notes else "Passed, with the skips named above.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
