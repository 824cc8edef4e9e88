"""Writing what was looked at: the files of a plan to the disk, those of unsaved tabs as texts for the tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from copilot_desktop.bridge.documents.held_copies import HeldCopies
from copilot_desktop.bridge.history.values import RestorePlanned
from copilot_desktop.errors import UndecodableError, WriteError
from copilot_desktop.text.encodings import decode_preferring
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, FileAbout
from copilot_desktop.workspace.checkpoints.restoring import RestoredFile, RestorePlan


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was written: hashes by path (None: deleted), the texts of files that are open, and the texts for tabs."""

    entry_id: str
    hashes: Mapping[str, str | None] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)
    in_tabs: Mapping[str, str] = field(default_factory=dict)


def put_back(
    applier: Applier, planned: RestorePlanned, opened: Mapping[str, str], held: HeldCopies, *, is_kept: bool = True
) -> PutBack:
    """Write all of a plan or nothing. `opened`: the encodings of the files that are open in tabs; `held`: the hot-exit
    copies of those with unsaved text, which are written in the same step.

    Raises WorkspaceError and StoreError with nothing written.
    """
    plan, tabs = planned.plan, planned.tabs
    moved = dict(plan.moves)
    came_from = {new: old for old, new in plan.moves}
    entry = applier.history.entry(plan.entry_id)
    contents = {}
    for file in plan.files:
        # A tab goes along with a file that gets its name back, and has its text already where that stays the same.
        if file.path in opened and file.is_written and file.path not in moved and not _keeps_content(file, plan):
            in_store = file.data is None and file.wanted is not None
            contents[file.path] = applier.history.content(file.wanted or "") if in_store else file.data
    texts = {path: _text(path, data, opened[path]) for path, data in contents.items()}
    in_tabs = {}
    for path in texts.keys() & tabs.keys():
        text = texts[path]
        if text is None:
            raise WriteError(
                f"{path} has unsaved changes in its tab and would be removed, so nothing was done.",
                advice="Save or close the tab first.",
            )
        in_tabs[path] = text
    on_disk = plan.only({path for path in plan.written if path not in tabs or path in moved})
    copies = held.written(in_tabs)
    # One tab alone has one copy, which is old or new by itself.
    if not on_disk.written and len(copies) < 2:
        return PutBack("", in_tabs=in_tabs)
    known = {file.path: FileAbout(encoding=file.encoding) for file in entry.files}
    for path in on_disk.written:
        # A renamed file with unsaved text gets its name alone.
        if {path, came_from.get(path)}.isdisjoint(tabs):
            told = known.get(path, FileAbout())
            known[path] = replace(told, hunks=planned.hunks.get(path, ()))
    about = About(prompt=entry.prompt, model=entry.model, files=known)
    result = applier.carry_out(on_disk, about, is_kept=is_kept, copies=copies)
    return PutBack(result.checkpoint_id if result.hashes else "", result.hashes, texts, in_tabs)


def _keeps_content(file: RestoredFile, plan: RestorePlan) -> bool:
    """Whether all that changes of a file is its name."""
    return any(file.comes_from == each.path and file.wanted == each.now for each in plan.files)


def _text(path: str, data: bytes | None, encoding: str) -> str | None:
    try:
        return None if data is None else decode_preferring(data, encoding)
    except UndecodableError as error:
        raise WriteError(
            f"{path} is open in a tab and would become a file that is no text, so nothing was done.",
            advice="Close the tab first.",
        ) from error
