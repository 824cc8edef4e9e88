"""What `@` in a prompt may name, as rows of its list."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass


class MentionKind(StrEnum):
    """What a row of the list stands for. TOPIC: a word that is to be gone on from."""

    SELECTION = "selection"
    OPEN_FILE = "open file"
    OPEN_FILES = "open files"
    FILE = "file"
    FOLDER = "folder"
    SYMBOL = "symbol"
    MAP = "map"
    DIFF = "changes"
    COMMIT = "commit"
    CONVERSATION = "conversation"
    PICTURE = "image"
    PAGE = "web page"
    RULE = "rule"
    TOPIC = "…"


@dataclass(frozen=True, slots=True)
class Mention:
    """One row. `positions`: the letters of the title that were typed. `written` is what stays in the prompt, the title
    where it is empty; of a TOPIC what goes on after the `@`. `source` names what is no file."""

    kind: MentionKind
    title: str
    path: str = ""
    lines: LineRange | None = None
    detail: str = ""
    hint: str = ""
    positions: tuple[int, ...] = ()
    source: str = ""
    written: str = ""
    paths: tuple[str, ...] = ()
    """The files of what stands for several."""


@dataclass(frozen=True, slots=True)
class MentionsFound:
    """What the letters behind an `@` give; `problem` says why nothing. `is_looking`: there may be rows soon."""

    query: str
    rows: tuple[Mention, ...]
    problem: str = ""
    is_looking: bool = False
