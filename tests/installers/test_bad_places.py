"""Where the installed program cannot work: a sentence and an exit code, never a traceback or a signal."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from copilot_desktop import __version__
from tests.installers.conftest import OLDER_VERSION, Packages
from tests.installers.test_appimage import FILE
from tests.support.clean_system import CleanSystem
from tests.support.private_desktop import PrivateDesktop, wait_until
from tests.support.shop import ANSWER, BASKET, SOURCE, WANTED

USER = 1000
pytestmark = [pytest.mark.long, pytest.mark.timeout(3000)]


def is_a_sentence(said: subprocess.CompletedProcess[str]) -> bool:
    """One paragraph that ends as sentences and commands do, and no traceback."""
    return bool(said.stderr.strip()) and "Traceback" not in said.stderr and said.stderr.count("\n") == 1


def test_without_a_screen_or_a_library(packages: Packages, system: CleanSystem) -> None:
    system.install_dependencies(packages.deb)
    system.install(packages.deb)
    home = {"HOME": "/root"}
    said = system.run("copilot-desktop", variables=home, is_checked=False)
    assert (said.returncode, is_a_sentence(said)) == (3, True)
    assert "There is no screen here" in said.stderr
    said = system.run("copilot-desktop", variables=home | {"DISPLAY": ":987"}, is_checked=False)
    assert (said.returncode, is_a_sentence(said)) == (3, True)
    assert "The screen :987, which DISPLAY names, cannot be reached" in said.stderr
    library = system.root / "usr/lib/x86_64-linux-gnu"
    for name, package in (("libxcb.so.1", "libxcb1"), ("libEGL.so.1", "libegl1"), ("libdbus-1.so.3", "libdbus-1-3")):
        (library / name).rename(library / f"{name}.away")
        platform = {"DISPLAY": ":987"} if name == "libxcb.so.1" else {"QT_QPA_PLATFORM": "offscreen"}
        said = system.run("copilot-desktop", variables=home | platform, is_checked=False)
        (library / f"{name}.away").rename(library / name)
        assert (said.returncode, is_a_sentence(said)) == (3, True), said.stderr
        assert package in said.stderr


def test_without_certificates_differences_are_still_found(packages: Packages, system: CleanSystem) -> None:
    system.install_dependencies(packages.deb)
    system.install(packages.deb)
    for place in ("etc/ssl", "usr/lib/ssl"):
        (system.root / place).rename(system.root / f"{place}.away")
    project = system.root / "root/shop"
    project.mkdir()
    (project / BASKET).write_text(SOURCE, encoding="utf-8")
    variables = {"HOME": "/root"}
    said = system.run(
        "copilot-desktop", "apply", "/root/shop", "--input", "-", "--write", variables=variables, text=ANSWER
    )
    assert "+    return sum(item.net" in said.stdout
    assert (project / BASKET).read_text(encoding="utf-8") == WANTED


def test_a_home_that_cannot_be_written_and_a_place_that_can_only_be_read(
    packages: Packages, system: CleanSystem, tmp_path: Path
) -> None:
    system.install_dependencies(packages.deb)
    system.install(packages.deb)
    system.run("useradd", "--create-home", "--uid", str(USER), "person")
    variables = {"HOME": "/root", "QT_QPA_PLATFORM": "offscreen"}
    said = system.run("copilot-desktop", variables=variables, user=USER, is_checked=False)
    assert (said.returncode, is_a_sentence(said)) == (3, True), said.stderr
    assert "/root/" in said.stderr
    assert "COPILOT_DESKTOP_HOME" in said.stderr
    system.make_read_only("/usr")
    home = tmp_path / "home"
    home.mkdir()
    with (
        PrivateDesktop(system, home) as desktop,
        desktop.started("copilot-desktop") as program,
    ):
        desktop.window.wait_for("Open a folder…")
        desktop.window.keys("ctrl+q")
        wait_until(lambda: program.poll() is not None, "the end of the program")
        assert program.returncode == 0


def test_two_versions_side_by_side(packages: Packages, system: CleanSystem, tmp_path: Path) -> None:
    """The one that runs shows what the other is started with; the older leaves what a newer one wrote untouched."""
    system.install_dependencies(packages.older)
    system.install(packages.older)
    place = system.root / FILE.lstrip("/")
    shutil.copyfile(packages.appimage, place)
    place.chmod(0o755)
    home = tmp_path / "home"
    (home / "project").mkdir(parents=True)
    (home / "project/one.py").write_text("one = 1\n", encoding="utf-8")
    with PrivateDesktop(system, home) as desktop:
        variables = desktop.variables | {"APPIMAGE_EXTRACT_AND_RUN": "1"}
        for first, second in (("copilot-desktop", FILE), (FILE, "copilot-desktop")):
            desktop.variables = variables
            with desktop.started(first, str(home / "project")) as program:
                desktop.window.wait_for("Prompt")
                done = system.run(second, str(home / "project/one.py"), variables=variables)
                assert done.stderr == ""
                desktop.window.wait_for("Text of one.py")
                versions = {name: system.run(name, "--version", variables=variables).stdout for name in (first, second)}
                assert OLDER_VERSION in versions["copilot-desktop"]
                assert __version__ in versions[FILE]
                desktop.window.keys("ctrl+w")
                desktop.window.keys("ctrl+q")
                wait_until(lambda program=program: program.poll() is not None, "the end of the program")
                assert program.returncode == 0
