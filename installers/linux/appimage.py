"""The AppImage: the runtime of `runtime/`, and behind it an image of the frozen folder with what desktops look for.

The runtime is our own, linked statically with squashfuse, libfuse 3 and zstd of the machine that builds: the usual ones
need FUSE 2, which Debian 12 and Ubuntu 22.04 do not have, and start nothing without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from installers.environment import SetupError, say
from installers.linux import contents, licensing, packaged
from installers.linux.contents import Part
from installers.linux.freezing import BUILD, HERE, run

ROOT: Final = BUILD / "AppDir"
RUNTIME: Final = HERE / "runtime"
TOOLS: Final = ("gcc", "strip", "mksquashfs")
LIBRARIES: Final = ("libsquashfuse.a", "libfuse3.a", "libzstd.a", "libc.a", "libgcc.a")
"""What the runtime is linked with."""
PACKAGES: Final = ("gcc", "libsquashfuse-dev", "libfuse3-dev", "libzstd-dev")
"""The packages of Debian and Ubuntu that bring them."""
_MAGIC: Final = b"AI\x02"
"""Bytes 8 to 10 of the file: an AppImage of the second kind, as file managers tell it from other programs."""
_FLAGS: Final = (
    "-Os", "-std=c17", "-static", "-D_FILE_OFFSET_BITS=64", "-D_GNU_SOURCE", "-ffunction-sections", "-fdata-sections",
    "-Wl,--gc-sections", "-Wl,--build-id=none",
)  # fmt: skip


def build(folder: Path, parts: Iterable[Part], made: Path, python: str) -> tuple[Part, ...]:
    """Make the AppImage of a frozen folder as the file `made`; returns all parts, those of the runtime included."""
    say(f"Making {made.name}")
    parts = (*parts, *runtime_parts())
    licensing.check(parts)
    runtime = compile_runtime(BUILD / "runtime")
    fill(folder, parts, python)
    image = BUILD / "image.squashfs"
    image.unlink(missing_ok=True)
    command = ["mksquashfs", str(ROOT), str(image), "-comp", "zstd", "-Xcompression-level", "19", "-b", "512K"]
    command += ["-all-root", "-no-xattrs", "-no-exports", "-noappend", "-no-progress", "-quiet"]
    when = {"SOURCE_DATE_EPOCH": str(int(packaged.built_at().timestamp()))}
    run(command, "mksquashfs", variables=when)
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(runtime.read_bytes() + image.read_bytes())
    made.chmod(0o755)
    return parts


def compile_runtime(made: Path) -> Path:
    """Compile the runtime. Raises SetupError where a library is missing."""
    sources = sorted(str(source) for source in RUNTIME.glob("*.c"))
    linked = [f"-l:{name}" for name in LIBRARIES[:3]]
    try:
        run(["gcc", *_FLAGS, "-o", str(made), *sources, *linked], "Compiling the AppImage's runtime")
    except SetupError as error:
        raise SetupError(f"{error}\nThe runtime needs: sudo apt install {' '.join(PACKAGES)}") from error
    run(["strip", str(made)], "strip")
    code = bytearray(made.read_bytes())
    code[8:11] = _MAGIC
    made.write_bytes(code)
    return made


def runtime_parts() -> list[Part]:
    """What is linked into the runtime."""
    taken = dict[str, list[str]]()
    for name in LIBRARIES:
        asked = subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        place = Path(asked.stdout.strip())
        if not place.is_absolute():
            raise SetupError(f"{name} is missing: sudo apt install {' '.join(PACKAGES)}")
        taken.setdefault(contents.package_of(place.resolve()), []).append("(the runtime of the AppImage)")
    return list(contents.system_parts(taken, contents.table()))


def fill(folder: Path, parts: Iterable[Part], python: str) -> None:
    """Fill the folder that becomes the image."""
    name, identity = packaged.NAME, packaged.application_id()
    shutil.rmtree(ROOT, ignore_errors=True)
    program = ROOT / f"usr/lib/{name}"
    shutil.copytree(folder, program, symlinks=True, copy_function=os.link)
    notices = program / licensing.PLACE
    notices.unlink()  # a link into the other folder
    notices.write_text(licensing.notices(parts), encoding="utf-8")
    (ROOT / "usr/bin").mkdir()
    (ROOT / f"usr/bin/{name}").symlink_to(f"../lib/{name}/{name}")
    (ROOT / "AppRun").symlink_to(f"usr/lib/{name}/{name}")
    packaged.write_shared(ROOT / "usr/share")
    packaged.draw_icons(ROOT / "usr/share", python)
    (ROOT / f"{identity}.desktop").symlink_to(f"usr/share/applications/{identity}.desktop")
    (ROOT / f"{identity}.png").symlink_to(f"usr/share/icons/hicolor/256x256/apps/{identity}.png")
    (ROOT / ".DirIcon").symlink_to(f"{identity}.png")
    packaged.set_modes(ROOT, program / name)
