"""Finds the files of resources/, in a checkout, in an installed wheel and in a frozen program."""

from __future__ import annotations

from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Path of a file or folder below resources/.

    Raises FileNotFoundError with the path when it is missing, since that is a broken installation.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {'/'.join(parts)} is missing: the installation is damaged")
