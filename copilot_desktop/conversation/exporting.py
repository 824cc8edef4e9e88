"""A conversation as one Markdown file, to be read or passed on: with the names of what was sent, not with files, and
without anything that looks like a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.summaries import Summary
from copilot_desktop.conversation.turns import Conversation, Repair, StoredTurn
from copilot_desktop.credentials.secret_text import masked
from copilot_desktop.workspace.atomic_write import (
    as_write_error,
    mode_of,
    refuse_read_only,
    replace_file,
    stage,
    temporary_for,
)

_ARRIVING = "The answer was still arriving."
_ENDS = {TurnStatus.STOPPED: "Stopped here.", TurnStatus.FAILED: "Cut off here.", TurnStatus.FINISHED: ""}


def markdown_of(
    conversation: Conversation,
    turns: Sequence[StoredTurn],
    arriving: Mapping[str, str] | None = None,
    summaries: Iterable[Summary] = (),
) -> str:
    """The title, then every prompt with its answer; `arriving`: what has come of answers that are not at their end.

    `summaries` stand after the turns in whose place they are sent.
    """
    told = {each.last_turn_id: each for each in summaries if each.is_used}
    pieces = [f"# {_line(conversation.title)}", f"{_moment(conversation.created_at)} · {_count(len(turns))}"]
    for turn in turns:
        pieces.append("## You")
        if turn.items:
            pieces.append("Context: " + ", ".join(f"`{_line(item.label)}`" for item in turn.items))
        pieces += [turn.prompt.strip("\n"), f"## {_line(turn.model) or 'Model'}"]
        looked_at = [call.reading.title for call in turn.readings if call.reading is not None]
        if looked_at:
            pieces.append("Looked at by the model:\n\n" + "\n".join(f"- {_line(title)}" for title in looked_at))
        arrived = (arriving or {}).get(turn.turn_id)
        answer = turn.answer if arrived is None else arrived
        if answer:
            pieces.append(answer.strip("\n"))
        for repair in turn.repairs:
            pieces.append(f"*{_asked_again(repair)}*")
            pieces += [repair.answer.strip("\n")] if repair.answer else []
        mark = _ENDS[turn.status] if turn.error is None else f"{_ENDS[turn.status]} {_line(turn.error.message)}"
        mark = mark if arrived is None else _ARRIVING
        if mark.strip():
            pieces.append(f"*{mark.strip()}*")
        if turn.turn_id in told:
            pieces.append(_summary(told[turn.turn_id]))
    return masked("\n\n".join(pieces) + "\n")


def pictures_in_markdown(turns: Sequence[StoredTurn]) -> str:
    """The pictures that were sent, which stand at the end of an export."""
    return "".join(_shown(item) for turn in turns for item in turn.items)


def _shown(item: ContextItem) -> str:
    picture = item.picture
    return "" if picture is None else f"\n![{_line(item.label).replace(']', ' ')}]({picture.data_url})\n"


def write_markdown(target: Path, text: str) -> None:
    """Write an export in one step; what stood there is replaced whole or not at all. Raises WriteError."""
    with as_write_error(str(target)):
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder", str(target))
        mode = mode_of(target)
        refuse_read_only(str(target), target, mode)
        temporary = temporary_for(target)
        stage(temporary, (text.encode("utf-8", "replace"),), like=None, mode=mode)
        try:
            replace_file(temporary, target)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def file_name_of(title: str) -> str:
    """A file name for an export of this title, fit for every system."""
    kept = "".join(character if character.isalnum() or character in " -_." else " " for character in title)
    return f"{' '.join(kept.split())[:60].strip(' .') or 'Conversation'}.md"


def _summary(summary: Summary) -> str:
    turns = "turn" if summary.turn_count == 1 else f"{summary.turn_count} turns"
    quoted = "\n".join(f"> {line}".rstrip() for line in summary.text.strip().split("\n"))
    return f"*Summary of the {turns} above, which is sent in their place:*\n\n{quoted}"


def _asked_again(repair: Repair) -> str:
    blocks = "1 block" if repair.block_count == 1 else f"{repair.block_count} blocks"
    return f"Asked again for {blocks} that could not be placed. {_ENDS[repair.status]} {_line(repair.note)}".strip()


def _line(text: str) -> str:
    return " ".join(text.split())


def _moment(unix_time: float) -> str:
    return datetime.fromtimestamp(unix_time, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _count(turns: int) -> str:
    return "1 turn" if turns == 1 else f"{turns} turns"
