"""A clean Debian 12 in a folder, thrown away afterwards: what packages are installed into and removed from.

    with CleanSystem(log) as system:
        system.install_dependencies(package)
        system.run("dpkg", "-i", ...)

The base is made once by debootstrap, below `build/linux/tests`; each system is a layer over it. Needs root.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pytest

from tests.support.secret_service import ROOT

KEPT = ROOT / "build" / "linux" / "tests"
_BASE = KEPT / "bookworm"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
# What the system itself writes whenever packages come and go.
_CHANGING = ("var/cache", "var/log", "var/lib/apt", "var/lib/dpkg", "etc/ld.so.cache", "tmp", "proc", "dev", "shared")
_CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
_DEVICES = (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("fuse", 10, 229))


class Log:
    """What was done and what came of it, in a file that is kept."""

    def __init__(self, name: str) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        self.place = KEPT / f"{name}.log"
        self.place.write_text("", encoding="utf-8")
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Add lines with the time since the beginning."""
        with self.place.open("a", encoding="utf-8") as file:
            file.write(f"[{time.monotonic() - self._began:7.1f} s] {text.rstrip()}\n")


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Keep other workers of the tests waiting while one makes something that all use."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def base_system() -> Path:
    """The folder of a minimal Debian, made once."""
    if os.geteuid() != 0:
        pytest.skip("a system of its own needs root")
    if shutil.which("debootstrap") is None:
        pytest.skip("debootstrap is not installed (apt install debootstrap)")
    with only_one("bookworm"):
        if not _BASE.is_dir():
            half = _BASE.with_suffix(".half")
            _unmount_below(half)
            shutil.rmtree(half, ignore_errors=True)
            made = subprocess.run(
                ["debootstrap", "--variant=minbase", "bookworm", str(half)], capture_output=True, text=True, check=False
            )
            assert made.returncode == 0, made.stdout[-2000:]
            half.rename(_BASE)
    return _BASE


def _unmount_below(folder: Path) -> None:
    """A run that was killed leaves its /proc mounted: debootstrap fails in such a folder, and it cannot be removed."""
    mounted = [line.split(" ")[1] for line in Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()]
    for place in sorted((each for each in mounted if each.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", place], check=False)


class CleanSystem:
    """The system, with its log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        # Not in a folder of pytest's, which it removes some day with whatever is mounted below.
        self._layer = Path(tempfile.mkdtemp(prefix="system-", dir=KEPT))
        self.root = self._layer / "root"
        self._mounted: list[Path] = []

    def __enter__(self) -> CleanSystem:
        base = base_system()
        upper, work = self._layer / "upper", self._layer / "work"
        for each in (self.root, upper, work):
            each.mkdir(parents=True)
        options = f"lowerdir={base},upperdir={upper},workdir={work}"
        self._mount(self.root, "-t", "overlay", "overlay", "-o", options)
        self._mount(self.root / "proc", "-t", "proc", "proc")
        self._mount(self.root / "dev", "-t", "tmpfs", "-o", "mode=755", "none")
        for name, major, minor in _DEVICES:
            place = self.root / "dev" / name
            os.mknod(place, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
            place.chmod(0o666)
        shutil.copyfile("/etc/resolv.conf", self.root / "etc/resolv.conf")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in reversed(self._mounted):
            subprocess.run(["umount", "--lazy", str(place)], check=False)
        if str(self._layer) not in Path("/proc/mounts").read_text(encoding="utf-8"):
            shutil.rmtree(self._layer)

    def share(self, folder: Path, *, is_writable: bool = True) -> None:
        """Show a folder of this machine at its own path."""
        place = self.root / folder.relative_to("/")
        place.mkdir(parents=True, exist_ok=True)
        self._mount(place, "--bind", str(folder))
        if not is_writable:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)

    def make_read_only(self, place: str) -> None:
        """Make a folder of the system one that nobody can write to, as on a read-only disk."""
        inside = self.root / place.lstrip("/")
        self._mount(inside, "--bind", str(inside))
        subprocess.run(["mount", "-o", "remount,bind,ro", str(inside)], check=True)

    def _mount(self, place: Path, *how: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *how, str(place)], check=True)
        self._mounted.append(place)

    def command(self, *words: str, user: int = 0) -> list[str]:
        """The command that runs a command in the system."""
        switch = [] if user == 0 else [f"--userspec={user}:{user}"]
        return [_CHROOT, *switch, str(self.root), *words]

    def run(
        self,
        *words: str,
        variables: dict[str, str] | None = None,
        user: int = 0,
        text: str = "",
        is_checked: bool = True,
        limit_s: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the system, with these variables and no other of this machine's, and write it down."""
        done = subprocess.run(
            self.command(*words, user=user),
            env=_QUIET | (variables or {}),
            input=text,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
        self.log.say(f"$ {' '.join(words)}\n{done.stdout[-4000:]}{done.stderr[-4000:]}-> {done.returncode}")
        assert not is_checked or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done

    def install_dependencies(self, package: Path) -> None:
        """Install what a .deb declares that it depends on, and nothing else."""
        field = subprocess.run(
            ["dpkg-deb", "-f", str(package), "Depends"], capture_output=True, text=True, check=True
        ).stdout
        names = [each.split("(")[0].strip() for each in field.split(",")]
        self.run("apt-get", "update", "-qq")
        self.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)

    def install(self, package: Path) -> None:
        """Install a .deb of this machine; what it needs must be there."""
        inside = self.root / "shared" / package.name
        inside.parent.mkdir(exist_ok=True)
        shutil.copyfile(package, inside)
        self.run("dpkg", "-i", f"/shared/{package.name}")

    def files(self) -> set[str]:
        """All files and links, without what the system itself changes with every package."""
        found = set[str]()
        for folder, folders, names in os.walk(self.root):
            inside = os.path.relpath(folder, self.root)
            folders[:] = [each for each in folders if os.path.normpath(f"{inside}/{each}") not in _CHANGING]
            found.update(os.path.normpath(f"{inside}/{name}") for name in names)
        return found - set(_CHANGING)
