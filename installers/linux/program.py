"""The frozen program with its notices, ready to be packed; the same for every kind of package."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installers.linux import contents, freezing, licensing, packaged, starter
from installers.linux.contents import Part

_STAMP: Final = freezing.BUILD / "frozen.stamp"
_SOURCES: Final = (
    "copilot_desktop", "resources", "pyproject.toml", "installers/linux/entry.py", "installers/linux/freezing.py",
    "installers/linux/frozen.spec",
    "installers/linux/hooks", "installers/linux/requirements.lock",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    """The folder, and what of others is in it."""

    folder: Path
    parts: tuple[Part, ...]


def prepare(python: str, *, is_full: bool = False) -> Program:
    """Freeze the program unless that was done from the same sources, and add the notices. `is_full`: and the model."""
    folder, mark = freezing.BUILD / "frozen" / packaged.NAME, _mark()
    if not (_STAMP.is_file() and _STAMP.read_text(encoding="utf-8") == mark and folder.is_dir()):
        _STAMP.unlink(missing_ok=True)
        freezing.freeze(python)
        _STAMP.write_text(mark, encoding="utf-8")
    parts = contents.parts_of(python)
    if is_full:
        folder = _copy_of(folder)
        parts.append(starter.add(folder, python))
    licensing.check(parts)
    notices = folder / licensing.PLACE
    notices.unlink(missing_ok=True)  # it may be a link into the other folder
    notices.write_text(licensing.notices(parts), encoding="utf-8")
    return Program(folder, tuple(parts))


def _copy_of(folder: Path) -> Path:
    copy = freezing.BUILD / "full" / folder.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True, copy_function=os.link)
    return copy


def _mark() -> str:
    """Changes whenever the frozen folder could: sources, requirements, date."""
    digest = hashlib.sha256(str(packaged.built_at()).encode())
    for name in _SOURCES:
        place = packaged.ROOT / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(packaged.ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def sizes(program: Program) -> str:
    """A table in Markdown: the parts from large to small, those below 1 MB together."""
    rows = sorted(_sizes(program), key=lambda row: -row[1])
    small = sum(size for _, size in rows if size < 1e6)
    lines = [f"| {name} | {size / 1e6:.1f} |" for name, size in rows if size >= 1e6]
    lines += [f"| everything below 1 MB | {small / 1e6:.1f} |", f"| together | {sum(s for _, s in rows) / 1e6:.1f} |"]
    return "\n".join(["| part | MB |", "|---|---|", *lines])


def _sizes(program: Program) -> Iterator[tuple[str, int]]:
    left = {file for file in program.folder.rglob("*") if file.is_file() and not file.is_symlink()}
    own = {program.folder / packaged.NAME, program.folder / "_internal" / freezing.MODULES}
    left -= own
    yield "all Python code, with the program that loads it", sum(each.stat().st_size for each in own)
    for part in program.parts:
        own = {program.folder / prefix / each for each in part.files for prefix in ("", "_internal")} & left
        left -= own
        if own:
            yield part.name, sum(each.stat().st_size for each in own)
    yield "resources of the program, with the notices", sum(each.stat().st_size for each in left)
