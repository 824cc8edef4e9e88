"""What project search reports; each value is carried by one signal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from copilot_desktop.workspace.search.values import FileFound

if TYPE_CHECKING:
    from copilot_desktop.syntax.occurrences import Role


class SearchFailed(NamedTuple):
    """Why nothing more is found. `field`: "text", "include" or "exclude" where one of them is wrong."""

    message: str
    advice: str
    field: str = ""
    detail: str = ""


class FoundAgain(NamedTuple):
    """Files that have changed were searched again: what was known of `paths`, and below them, is no more; `files` are
    what is known now."""

    paths: tuple[str, ...]
    files: tuple[FileFound, ...]


class RolesFound(NamedTuple):
    """What the places of a name in some files are: by path, and by line and column."""

    roles: Mapping[str, Mapping[tuple[int, int], Role]]
