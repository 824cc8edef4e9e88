"""What the frozen folder asks of the system, read from real libraries."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from installers.environment import SetupError
from installers.linux import libraries

pytestmark = pytest.mark.skipif(
    not (shutil.which("gcc") and shutil.which("readelf")), reason="apt install gcc binutils"
)


def made(folder: Path, name: str, code: str, *options: str) -> Path:
    """A library compiled here."""
    place, source = folder / name, folder / "source.c"
    source.write_text(code, encoding="utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(place), str(source), *options], check=True)
    source.unlink()
    return place


def test_what_is_not_in_the_folder_is_asked_of_the_system(tmp_path: Path) -> None:
    own = made(tmp_path, "libown.so", "int own(void) { return 1; }")
    code = 'int own(void); int puts(const char *); int user(void) { puts(""); return own(); }'
    made(tmp_path, "libuser.so", code, f"-L{tmp_path}", "-lown")
    assert set(libraries.asked_of_the_system(tmp_path)) == {"libc.so.6"}
    assert libraries.debian_packages(tmp_path) == {"libc6"}
    own.unlink()
    with pytest.raises(SetupError, match=r"brings .*libown\.so for libuser\.so"):
        libraries.debian_packages(tmp_path)


@pytest.mark.parametrize("kind", ["enable", "disable"])
def test_paths_of_the_building_machine_are_forgotten_and_others_stay(tmp_path: Path, kind: str) -> None:
    tags = f"-Wl,--{kind}-new-dtags"
    code = "double sqrt(double); double root(double of) { return sqrt(of); }"
    outside = made(tmp_path, "liboutside.so", code, "-Wl,--no-as-needed", "-lm", tags, "-Wl,-rpath,/home/me/lib")
    inside = made(tmp_path, "libinside.so", code, "-lm", tags, "-Wl,-rpath,$ORIGIN/lib")
    before = inside.read_bytes()
    libraries.forget_build_paths(tmp_path)
    assert inside.read_bytes() == before
    listing = subprocess.run(["readelf", "-d", str(outside)], capture_output=True, text=True, check=True).stdout
    assert "/home/me/lib" not in listing
    assert "[libm.so.6]" in listing
    call = f"import ctypes; f = ctypes.CDLL({str(outside)!r}).root; f.restype = ctypes.c_double; "
    run = subprocess.run(
        [sys.executable, "-c", f"{call} print(f(ctypes.c_double(9)))"], capture_output=True, text=True, check=False
    )
    assert run.stdout == "3.0\n", run.stderr


def test_a_later_glibc_than_the_oldest_system_has_is_refused(tmp_path: Path) -> None:
    place = made(tmp_path, "libc-user.so", 'int puts(const char *); int user(void) { return puts(""); }')
    libraries.check_glibc(tmp_path)
    place.write_bytes(place.read_bytes() + b"\0GLIBC_2.99\0")
    with pytest.raises(SetupError, match=r"libc-user\.so needs glibc 2\.99"):
        libraries.check_glibc(tmp_path)
