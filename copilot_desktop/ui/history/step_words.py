"""How the history names a step: what was asked, its kind, day and time. Pure."""

from __future__ import annotations

from datetime import datetime

from copilot_desktop.bridge.history.values import TimelineStep
from copilot_desktop.workspace.checkpoints.entries import EntryKind, HistoryEntry

ICONS = {
    EntryKind.ACCEPT: "check",
    EntryKind.UNDO: "undo-2",
    EntryKind.RESTORE: "rotate-ccw",
    EntryKind.SAVE: "save",
    EntryKind.DELETE: "trash-2",
    EntryKind.REPLACE: "replace",
    EntryKind.RENAME: "file-pen",
}
_KINDS = {
    EntryKind.ACCEPT: "Accepted",
    EntryKind.UNDO: "Taken back",
    EntryKind.RESTORE: "Restored",
    EntryKind.SAVE: "Saved",
    EntryKind.DELETE: "Deleted",
    EntryKind.REPLACE: "Replaced",
    EntryKind.RENAME: "Renamed",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LOST = "some content is no longer kept"


def kind_of(entry: HistoryEntry) -> str:
    """The kind in a word."""
    return _KINDS[entry.kind]


def title_of(entry: HistoryEntry) -> str:
    """What was asked, on one line; where nothing was, what was done."""
    asked = " ".join(entry.prompt.split())
    if not asked:
        return entry.title
    return f"{prefix_of(entry)}{asked}"


def prefix_of(entry: HistoryEntry) -> str:
    """What stands before the prompt of a step that takes back what was asked for; "" for others."""
    undo = "Redo: " if entry.title.startswith("Redo: ") else "Undo: "
    prefix = {EntryKind.UNDO: undo, EntryKind.RESTORE: "Restore: "}.get(entry.kind, "")
    return prefix if entry.prompt.strip() else ""


def day_of(at: float) -> str:
    """The day as a heading: `Today`, `Yesterday`, `Monday, 3 March`, with the year where it is another one."""
    day = datetime.fromtimestamp(at).astimezone().date()
    now = datetime.now().astimezone().date()
    if day == now:
        return "Today"
    if (now - day).days == 1:
        return "Yesterday"
    said = f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == now.year else f"{said} {day.year}"


def time_of(at: float) -> str:
    """Hours and minutes."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M")


def moment_of(at: float) -> str:
    """Day and time to the second."""
    when = datetime.fromtimestamp(at).astimezone()
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M:%S}"


def files_of(entry: HistoryEntry) -> str:
    """The file, or how many; a renamed one is one."""
    sources = {file.old_path for file in entry.files}
    paths = [file.path for file in entry.files if file.after is not None or file.path not in sources]
    return f"{len(paths)} files" if len(paths) != 1 else paths[0].rpartition("/")[2]


def spoken_of(step: TimelineStep) -> str:
    """A step for a screen reader and the tip."""
    entry = step.entry
    parts = [title_of(entry), f"{kind_of(entry)} on {moment_of(entry.at)}"]
    if entry.model:
        parts.append(entry.model)
    parts.append(", ".join(file.path for file in entry.files[:8]) + (" …" if len(entry.files) > 8 else ""))
    if step.added is not None:
        parts.append(f"{step.added} lines added, {step.removed} removed")
    if step.is_lost:
        parts.append(_LOST)
    return "\n".join(part for part in parts if part)
