"""What project search reports; each value is carried by one signal."""

from __future__ import annotations

from typing import NamedTuple

from copilot_desktop.workspace.search.values import FileFound


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
