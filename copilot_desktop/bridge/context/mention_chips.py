"""Makes the chip of what was chosen behind an `@`: one way for each kind of row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.context.conversation_chip import ConversationChip
from copilot_desktop.bridge.context.git_chips import GitChips
from copilot_desktop.bridge.context.map_chip import MapChip
from copilot_desktop.bridge.context.mention import Mention, MentionKind
from copilot_desktop.bridge.context.page_chips import PageChips
from copilot_desktop.bridge.context.picture_chips import PictureChips
from copilot_desktop.bridge.context.symbol_chips import SymbolChips
from copilot_desktop.values import dataclass

MOST_FILES: Final = 20
"""Of a folder, or open ones, that are added at once."""


@dataclass(frozen=True, slots=True)
class ChipMakers:
    """What makes them."""

    chips: ChipsController
    symbols: SymbolChips
    map: MapChip
    git: GitChips
    conversations: ConversationChip
    pictures: PictureChips
    pages: PageChips


def chips_of_mentions(
    makers: ChipMakers, files_in: Callable[[str], tuple[str, ...]], choose_picture: Callable[[], None]
) -> Mapping[MentionKind, Callable[[Mention], None]]:
    """Kind of row → what adds it; `files_in` gives the files of a folder, `choose_picture` asks for a
    file. GUI thread."""

    def add_symbol(chosen: Mention) -> None:
        if chosen.lines is not None:
            makers.symbols.add(chosen.path, chosen.title, chosen.lines)

    return {
        MentionKind.SELECTION: lambda _chosen: makers.chips.add_selection(),
        MentionKind.OPEN_FILE: lambda _chosen: makers.chips.add_open_file(),
        MentionKind.OPEN_FILES: lambda chosen: _add_files(makers.chips, "This window", "open files", chosen.paths),
        MentionKind.FILE: lambda chosen: makers.chips.add_file(chosen.path),
        MentionKind.FOLDER: lambda chosen: _add_files(makers.chips, chosen.path, "files", files_in(chosen.path)),
        MentionKind.SYMBOL: add_symbol,
        MentionKind.RULE: lambda chosen: makers.chips.rules.name(chosen.path),
        MentionKind.MAP: lambda _chosen: makers.map.add(),
        MentionKind.DIFF: lambda chosen: makers.git.add_diff(chosen.source),
        MentionKind.COMMIT: lambda chosen: makers.git.add_commit(chosen.source),
        MentionKind.PICTURE: lambda _chosen: choose_picture(),
        MentionKind.PAGE: lambda chosen: makers.pages.add(chosen.source),
        MentionKind.CONVERSATION: lambda chosen: makers.conversations.add(chosen.source, chosen.title),
    }


def _add_files(chips: ChipsController, name: str, what: str, paths: Sequence[str]) -> None:
    if len(paths) > MOST_FILES:
        message = f"{name} has {len(paths)} {what}, and at most {MOST_FILES} are added at once."
        chips.refused.emit(Refused(message, "Name the files that matter."))
        return
    for path in paths:
        chips.add_file(path)
