"""What the explorer has renamed goes into the history, so that it can be taken back there, too."""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.bridge.files.outcomes import Outcome
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.checkpoints.renames import rename_record
from copilot_desktop.workspace.paths import Workspace


def noted(workspace: Workspace, history: History, outcome: Outcome, undoes: str = "") -> Outcome:
    """The outcome with its step of the history, where it has moved something; `undoes`: the step that it takes back.

    A history that cannot be written keeps no file from being renamed, but it is said.
    """
    done = outcome.operation
    if not done.moved:
        return outcome
    try:
        record = rename_record(workspace, done.moved, done.title, made=done.made, undoes=undoes)
        if record is None:
            return outcome
        history.record(record)
    except (StoreError, OSError) as error:
        return replace(outcome, problem=outcome.problem or _unnoted(error))
    return replace(outcome, operation=replace(done, entry_id=record.checkpoint_id))


def _unnoted(error: StoreError | OSError) -> CopilotError:
    why = error.message if isinstance(error, StoreError) else error.strerror or str(error)
    advice = error.advice if isinstance(error, StoreError) else ""
    return StoreError(
        f"The files have their new names, but the history does not know of it: {why}", advice=advice, detail=str(error)
    )
