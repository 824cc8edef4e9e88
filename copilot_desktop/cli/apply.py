"""`apply`: places the edits of an answer in a folder; a dry run unless it is told to write."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from copilot_desktop.cli.folder_files import FolderFiles
from copilot_desktop.cli.output import Output
from copilot_desktop.cli.placing import failures_json, files_json, place, recovered, saying_amber, show, write
from copilot_desktop.conversation.proposing import MadeProposal, make_proposal
from copilot_desktop.edits.proposal import Failure, FormatName, Proposal
from copilot_desktop.errors import UsageError
from copilot_desktop.workspace.paths import Workspace

_TOOL_ARGUMENTS = frozenset({"old_string", "edits", "diff"})


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """Place, show, and write where that is asked for; the exit code. Raises CopilotError."""
    # Nothing leaves the machine here, so files that are never sent may be edited.
    files = FolderFiles(Workspace.at(Path(arguments.folder)), border=None)
    notes = recovered(files.workspace, environ)
    made = _made(_answer(arguments.input), files, arguments.format)
    if made.is_empty:
        failure = Failure(None, "no_edit_found", "The answer has no edit in any known format.", "")
        made = replace(made, proposal=Proposal(failures=(failure,)))
    placed = place(made, files, turn_id="", title="Apply an answer", model="").with_notes(notes)
    is_written = arguments.write or arguments.write_amber
    placed = write(placed, files, environ, arguments) if is_written else saying_amber(placed)
    show(placed, output)
    output.json(
        {
            "files": files_json(placed),
            "failures": failures_json(placed.made.proposal.failures),
            "notes": list(placed.notes),
            "written": list(placed.written),
        }
    )
    return placed.exit_code


def _made(answer: Any, files: FolderFiles, format_name: FormatName | None) -> MadeProposal:
    made = make_proposal(answer, {}, files.text_of, format=format_name)
    failures = made.proposal.failures
    if made.files or made.proposal.files or any(failure.path is not None for failure in failures):
        return made
    # The answer names no file: that is only clear where the folder has just one.
    only = files.only_file()
    text = files.text_of(only) if only is not None else None
    if only is None or text is None:
        return made
    return make_proposal(answer, {only: text}, files.text_of, format=format_name)


def _answer(source: str) -> Any:
    """The answer's text, or its value where it is the JSON of tool arguments."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"The answer in {source} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError("The answer is not UTF-8.", detail=str(error)) from error
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    each = value if isinstance(value, list) else [value]
    is_arguments = each and all(
        (isinstance(one, dict) and _TOOL_ARGUMENTS & one.keys()) or _is_delete(one) for one in each
    )
    return value if is_arguments else text


def _is_delete(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "delete_file"
