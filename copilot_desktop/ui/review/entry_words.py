"""What the rows of the list say: on screen, in tips and to a screen reader. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.ui.review.hunk_labels import file_title, hunk_label, place_of
from copilot_desktop.ui.review.listing import Entry, Level

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def asked_of(change_set: ChangeSet) -> str:
    """What was asked, on one line."""
    return " ".join((change_set.prompt or change_set.title).split()) or "Proposed changes"


def time_of(change_set: ChangeSet, now: datetime | None = None) -> str:
    """When it was answered: the time of today, or the day before it."""
    when, today = change_set.created_at.astimezone(), (now or datetime.now(UTC)).astimezone()
    if when.date() == today.date():
        return f"{when:%H:%M}"
    day = f"{when.day} {_MONTHS[when.month - 1]}"
    return f"{day} {when:%H:%M}" if when.year == today.year else f"{day} {when.year}"


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def title_of(entry: Entry) -> str:
    """The name of a row, without its counts."""
    if entry.level is Level.TURN:
        return asked_of(entry.change_set)
    if entry.level is Level.FILE:
        return file_title(entry.change) if entry.change is not None else ""
    if entry.level is Level.GROUP:
        return entry.definition.title if entry.definition is not None else ""
    return place_of(entry.hunks[0])


def state_of(entry: Entry) -> str:
    """How a row stands, in words."""
    if entry.level is Level.HUNK:
        return hunk_label(entry.hunks[0]).word
    waits = entry.undecided
    return f"{waits} of {len(entry.hunks)} to review" if waits else "all decided"


def spoken_of(entry: Entry) -> str:
    """A row for a screen reader and the tip: name, counts, how it stands, whether it was viewed, what is open."""
    lines = f"{entry.added} added, {entry.removed} removed"
    parts = [title_of(entry)]
    if entry.level is Level.TURN:
        change_set = entry.change_set
        parts[0] = f"Turn: {parts[0]}"
        parts += [each for each in (change_set.model, time_of(change_set)) if each]
    if entry.level is Level.FILE and entry.change is not None:
        parts.append(entry.change.status)
    if entry.level is Level.GROUP and entry.definition is not None:
        parts[0] = f"{entry.definition.kind.capitalize()} {parts[0]}"
    if entry.level is Level.HUNK:
        inside = f", in {entry.definition.title}" if entry.definition is not None else ""
        seen = ", viewed" if entry.is_viewed else ""
        return f"{parts[0]}{inside}, {lines}: {hunk_label(entry.hunks[0]).sentence}{seen}"
    parts += [counted(len(entry.hunks), "change"), lines, state_of(entry)]
    if entry.viewed:
        parts.append("viewed" if entry.is_viewed else f"{entry.viewed} viewed")
    parts.append("open" if entry.is_open else "closed")
    return ", ".join(parts)
