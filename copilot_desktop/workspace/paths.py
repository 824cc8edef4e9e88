"""Paths inside the opened folder. Nothing outside it is ever touched, by whatever trick a path is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from copilot_desktop.errors import UnsafePathError

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The opened folder. `root` is absolute and free of symlinks."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> Workspace:
        """The workspace of an existing folder."""
        return cls(folder.expanduser().resolve())

    def resolve(self, path: str) -> Path:
        """Absolute place of a workspace-relative POSIX path, which need not exist.

        Symlinks are followed and must stay inside the folder. Raises UnsafePathError for everything that is outside,
        belongs to git, or means something else on another system.
        """
        parts = check_path(path)
        place = self.root.joinpath(*parts)
        real = place.resolve()
        if real != self.root and self.root not in real.parents:
            raise UnsafePathError(
                f"{path} leads out of the opened folder through a link, so it is left alone.",
                advice="Open the folder it leads to if you want to work there.",
            )
        if any(_is_git_folder(part) for part in real.relative_to(self.root).parts):
            raise UnsafePathError(f"{path} leads into git's own folder, so it is left alone.")
        self._check_case(path, parts)
        return place

    def relative(self, place: Path) -> str | None:
        """Workspace-relative POSIX path of a place; None when it is outside. The folder itself is ''."""
        try:
            relative = place.relative_to(self.root)
        except ValueError:
            try:
                relative = place.resolve().relative_to(self.root)
            except ValueError:
                return None
        text = relative.as_posix()
        return "" if text == "." else text

    def _check_case(self, path: str, parts: tuple[str, ...]) -> None:
        """A path that differs from an existing one only in case would be the same file on other systems."""
        folder = self.root
        for part in parts:
            if not (folder / part).exists():
                twin = _twin(folder, part)
                if twin is not None:
                    raise UnsafePathError(
                        f"{path} differs from the existing {twin} only in upper and lower case.",
                        advice="Use the existing name.",
                    )
                return
            folder = folder / part


def check_path(path: str) -> tuple[str, ...]:
    """The parts of a safe workspace-relative path; raises UnsafePathError with the reason."""
    reason = _why_unsafe(path)
    if reason:
        raise UnsafePathError(f"{path or 'An empty path'} {reason}, so it is left alone.")
    return PurePosixPath(path).parts


def _why_unsafe(path: str) -> str:
    parts = path.split("/")
    tests = {
        "is no path": not path.strip() or "\0" in path,
        "is an absolute path": path.startswith(("/", "~", "\\")),
        "names a drive": bool(_DRIVE.match(path)),
        "has a backslash": "\\" in path,
        "leads out of the opened folder": ".." in parts,
        "names a stream of a file": ":" in path,
        "belongs to git": any(_is_git_folder(part) for part in parts),
        "is a reserved name on Windows": any(_RESERVED.match(part) for part in parts),
        "ends in a blank or a dot": any(part not in (".", "") and part[-1] in " ." for part in parts),
    }
    return next((reason for reason, holds in tests.items() if holds), "")


def _is_git_folder(part: str) -> bool:
    # `git~1` is the short name of `.git` on NTFS.
    return part.rstrip(" .").lower() in (".git", "git~1")


def _twin(folder: Path, name: str) -> str | None:
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return None
    folded = name.casefold()
    return next((other for other in names if other.casefold() == folded and other != name), None)
