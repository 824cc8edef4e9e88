"""Makes context items, and refuses what a model must not see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Final

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import UsageError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import FileText, read_file
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

_LINES: Final = re.compile(r"(?P<path>.+):L?(?P<first>\d+)(?:-L?(?P<last>\d+))?", re.DOTALL)
# A drive (`C:\\a.py`) or a URL is no such thing: what they are is said where paths are checked.
_NO_LINES: Final = re.compile(r"[^:]{2,}:[^/\\]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file as a command line names it; `lines` is None for the whole of it."""

    path: str
    lines: LineRange | None


@dataclass(frozen=True, slots=True)
class Collected:
    """Items and the whole texts of their files, by path."""

    items: tuple[ContextItem, ...]
    files: Mapping[str, FileText]


def parse_reference(text: str) -> FileReference:
    """`PATH`, `PATH:L` or `PATH:L1-L2`, lines 1-based and inclusive. Raises UsageError."""
    found = _LINES.fullmatch(text)
    if found is None and _NO_LINES.fullmatch(text):
        raise UsageError(
            f"{text}: what stands after the colon names no lines.",
            advice="Lines are written as PATH:L1-L2, for example shop.py:10-20.",
        )
    if found is None:
        return FileReference(text, None)
    first = int(found["first"])
    last = int(found["last"] or first)
    if not 1 <= first <= last:
        raise UsageError(
            f"{text}: the lines {first}-{last} are no range.", advice="Write the first and the last line, from 1 on."
        )
    return FileReference(found["path"], LineRange(first - 1, last))


def collect(border: ModelBorder, references: tuple[str, ...]) -> Collected:
    """The items of such references, read from disk.

    Raises UsageError for lines a file does not have, NeverSendError, UnsafePathError, UnreadableFileError,
    NotTextError.
    """
    workspace = border.workspace
    items: list[ContextItem] = []
    files: dict[str, FileText] = {}
    for text in references:
        reference = _existing(workspace, text)
        place = workspace.resolve(reference.path)
        path = workspace.relative(place) or reference.path
        border.refuse(path)
        if path not in files:
            files[path] = read_file(workspace, path)
        items.append(item_of(path, files[path].text, reference.lines))
    return Collected(tuple(items), files)


def item_of(
    path: str,
    text: str,
    lines: LineRange | None = None,
    *,
    kind: ItemKind | None = None,
    selected_text: str | None = None,
    is_unsaved: bool = False,
) -> ContextItem:
    """An item of a file's whole text, or of some lines of it; `selected_text` where less than these lines is selected.

    Raises UsageError for lines the file does not have. Whether a model may see it is asked before.
    """
    shown = text if selected_text is None else selected_text
    if lines is not None and selected_text is None:
        all_lines = split_lines(text)
        if lines.end > len(all_lines):
            raise UsageError(
                f"{path} has {len(all_lines)} lines, so lines {lines.start + 1}-{lines.end} cannot be sent.",
                advice="Name lines that the file has.",
            )
        shown = "".join(all_lines[lines.start : lines.end])
    return ContextItem(
        item_id=uuid.uuid4().hex,
        kind=kind or (ItemKind.FILE if lines is None else ItemKind.SELECTION),
        path=path,
        text=shown,
        lines=lines,
        is_unsaved=is_unsaved,
    )


def _existing(workspace: Workspace, text: str) -> FileReference:
    """A file whose name itself holds a colon goes before a range of lines."""
    if ":" in text and (workspace.root / text).is_file():
        return FileReference(text, None)
    return parse_reference(text)
