"""What is looked for in a folder, and what is found."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.text.searching import FindQuery
from copilot_desktop.values import dataclass

MATCH_LIMIT = 10_000
"""More results are of no use to anybody: the search ends there and says so."""
LIMIT_BYTES = 50 * 1024 * 1024
"""Larger files are not searched; no feature but the editor reads them."""


class Field(StrEnum):
    """Where a query is wrong."""

    TEXT = "text"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    NONE = ""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """`include` and `exclude` are globs with commas between; `uses_ignore_rules`: what git ignores is left out."""

    find: FindQuery
    include: str = ""
    exclude: str = ""
    uses_ignore_rules: bool = True


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """One match: 0-based line and column (code points) where it begins, its text, and what stands around it.

    `before` and `after` are of the same lines, shortened where those are long. `is_cut`: the match or its line is so
    long that its column counts bytes and its text may not be whole; it can be gone to and not replaced.
    """

    line: int
    column: int
    text: str
    before: str = ""
    after: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class FileFound:
    """The matches of one file, from top to bottom. `path` is that of the workspace."""

    path: str
    matches: tuple[FoundMatch, ...]


@dataclass(frozen=True, slots=True)
class SearchEnded:
    """How a search ended. `is_limited`: there are more matches than are told; `is_stopped`: somebody did not want to
    wait; `unread`: what could not be read, in words, the
    first few; `unread_count`: how many those were."""

    is_limited: bool = False
    is_stopped: bool = False
    unread: tuple[str, ...] = ()
    unread_count: int = 0
