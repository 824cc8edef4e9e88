"""The AppImage in a clean Debian: by extraction, and by mounting where FUSE is to be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from copilot_desktop import __version__
from tests.installers.conftest import Packages
from tests.installers.test_deb import ask, connect, quit_by_key
from tests.support.clean_system import CleanSystem
from tests.support.openai_server import OpenAIServer
from tests.support.private_desktop import PrivateDesktop, wait_until
from tests.support.shop import ANSWER, SOURCE, WANTED

KEY = "sk-test-not-a-real-key-4321"
FILE = "/shared/copilot-desktop.AppImage"
TEMPORARY = "/tmp"  # noqa: S108 - of the system in the folder
pytestmark = [pytest.mark.long, pytest.mark.timeout(3000)]


def bring(system: CleanSystem, packages: Packages) -> None:
    """The file, and the libraries that every desktop has."""
    system.install_dependencies(packages.deb)
    place = system.root / FILE.lstrip("/")
    place.parent.mkdir()
    shutil.copyfile(packages.appimage, place)
    place.chmod(0o755)


def leftovers(system: CleanSystem) -> list[str]:
    """What the runtime made for temporary files and did not remove; mounted folders of this machine's other programs
    are not in this system."""
    return [each.name for each in (system.root / "tmp").iterdir() if "copilot-desktop" in each.name]


@pytest.mark.parametrize("way", ["unpacked", "mounted"])
def test_it_starts_asks_and_writes_and_leaves_nothing(
    packages: Packages, system: CleanSystem, tmp_path: Path, way: str
) -> None:
    if way == "mounted" and not Path("/dev/fuse").exists():
        pytest.skip("there is no /dev/fuse here")
    home = tmp_path / "home"
    project = home / "shop"
    project.mkdir(parents=True)
    file = project / "basket.py"
    file.write_text(SOURCE, encoding="utf-8")
    bring(system, packages)
    options = ["--appimage-extract-and-run"] if way == "unpacked" else []
    with PrivateDesktop(system, home) as desktop, OpenAIServer(key=KEY) as server:
        with desktop.started(FILE, *options, str(file)) as program:
            window = desktop.window
            window.wait_for("Text of basket.py")
            assert is_mounted(system) == (way == "mounted")
            connect(desktop, server)
            # The tab of the file, in front of the settings.
            window.keys("ctrl+w")
            server.answers(ANSWER)
            ask(desktop, server, "Use the net price")
            window.press("Review", "push button")
            window.focus("Proposed changes")
            window.keys("a")
            wait_until(lambda: file.read_text(encoding="utf-8") == WANTED, "the accepted change")
            desktop.window.picture("accepted")
            quit_by_key(desktop, program)
        wait_until(lambda: leftovers(system) == [], "the removal of the temporary folder")
        assert not is_mounted(system)


def is_mounted(system: CleanSystem) -> bool:
    """Whether an image is mounted in the system."""
    return f"{system.root}{TEMPORARY}/.mount_copilot-desktop" in Path("/proc/mounts").read_text(encoding="utf-8")


def test_a_killed_one_is_cleared_away_by_the_next(packages: Packages, system: CleanSystem) -> None:
    bring(system, packages)
    unpacked = {"APPIMAGE_EXTRACT_AND_RUN": "1"}
    # A script command that waits for its input.
    command = system.command(FILE, "apply", "/root", "--input", "-")
    program = subprocess.Popen(command, env=unpacked | {"HOME": "/root", "PATH": "/usr/bin"}, stdin=subprocess.PIPE)
    wait_until(lambda: is_reading(system), "the start")
    assert len(leftovers(system)) == 1
    program.kill()
    program.wait()
    assert program.stdin is not None
    assert __version__ in system.run(FILE, "--version", variables=unpacked).stdout
    # The program itself goes on, so that its folder must stay.
    assert len(leftovers(system)) == 1
    program.stdin.close()
    wait_until(lambda: not is_reading(system), "the end")
    assert __version__ in system.run(FILE, "--version", variables=unpacked).stdout
    assert leftovers(system) == []


def is_reading(system: CleanSystem) -> bool:
    """Whether the unpacked program runs."""
    for each in Path("/proc").glob("[0-9]*/exe"):
        try:
            place = os.readlink(each)
        except OSError:
            continue
        if place.startswith(f"{system.root}{TEMPORARY}/copilot-desktop-appimage-"):
            return True
    return False


def test_it_unpacks_itself_and_says_what_is_wrong(packages: Packages, system: CleanSystem) -> None:
    bring(system, packages)
    system.run("sh", "-c", f"cd /root && {FILE} --appimage-extract")
    unpacked = system.root / "root/squashfs-root"
    assert (unpacked / "AppRun").is_symlink()
    (entry,) = unpacked.glob("*.desktop")
    assert "Exec=copilot-desktop %F" in entry.resolve().read_text(encoding="utf-8") or entry.is_symlink()
    assert __version__ in system.run("/root/squashfs-root/AppRun", "--version").stdout
    again = system.run("sh", "-c", f"cd /root && {FILE} --appimage-extract", is_checked=False)
    assert again.returncode == 127
    assert "could not be unpacked into squashfs-root: File exists." in again.stderr
    whole = packages.appimage.read_bytes()
    (system.root / "shared/half").write_bytes(whole[: len(whole) // 2])
    (system.root / "shared/half").chmod(0o755)
    half = system.run("/shared/half", is_checked=False)
    assert (half.returncode, half.stderr) == (127, "/shared/half is damaged: fetch it again.\n")
    system.run("mount", "-t", "tmpfs", "-o", "size=20m", "none", TEMPORARY)
    for other in (f"/var{TEMPORARY}", "/root"):
        system.run("mount", "-t", "tmpfs", "-o", "noexec", "none", other)
    variables = {"APPIMAGE_EXTRACT_AND_RUN": "1", "HOME": "/root"}
    full = system.run(FILE, "--version", variables=variables, is_checked=False)
    assert full.returncode == 127
    assert "The program could not be unpacked: neither TMPDIR nor /tmp, /var/tmp or the home folder has" in full.stderr
