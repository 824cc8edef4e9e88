"""`context`: the files and lines of a folder that a question is about, best first."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from copilot_desktop.child_processes import worker_command
from copilot_desktop.cli.output import Output
from copilot_desktop.context.index.ranking import Ranked, Snippet, rank
from copilot_desktop.context.index.schema import forget_index, index_place, is_damage, read_index
from copilot_desktop.context.index.worker_process import index_worker
from copilot_desktop.errors import CopilotError, StoreError, UsageError
from copilot_desktop.llm.tokens import TokenCounter
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.visible_signs import visible_text
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.paths import Workspace

_SNIPPETS = 20


@dataclass(frozen=True, slots=True)
class _Query:
    query_id: str
    text: str


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """Bring the index up to date, answer every question; the exit code. Raises CopilotError."""
    queries = list(_queries(arguments))
    workspace = Workspace.at(Path(arguments.folder))
    place = index_place(program_folders(environ).cache, workspace.root)
    waiting = deque(queries)
    try:
        _answer(waiting, arguments, workspace, place, output)
    except StoreError as error:
        if not is_damage(error):
            raise
        # A question reads other parts of it than its worker does.
        with contextlib.suppress(OSError):
            forget_index(place)
        _answer(waiting, arguments, workspace, place, output)
    return 0


def _answer(
    waiting: deque[_Query], arguments: argparse.Namespace, workspace: Workspace, place: Path, output: Output
) -> None:
    """Answer the questions that wait, and take out those that have been. Raises CopilotError."""
    with index_worker(worker_command("index"), workspace.root, place) as progress:
        try:
            for each in progress:
                if each.is_complete:
                    for _path, problem in each.problems:
                        output.note(problem)
                    if each.more:
                        output.note(f"… and {each.more:,} more are not indexed.")
                elif arguments.no_wait:
                    break
        except StoreError as error:
            if not arguments.no_wait:
                raise
            # What had been read before is there.
            output.note(f"{error.message} {error.advice}")
        database = read_index(place)
        if database is None and not arguments.no_wait:
            raise StoreError("The index of this folder was deleted while it was asked.", advice="Try again.")
        try:
            while waiting:
                query = waiting[0]
                found = rank(database, query.text, arguments.limit) if database is not None else Ranked((), ())
                _show(query, found, workspace, arguments.budget, output)
                waiting.popleft()
        finally:
            if database is not None:
                database.close()


def _show(query: _Query, found: Ranked, workspace: Workspace, budget: int | None, output: Output) -> None:
    snippets = found.snippets[:_SNIPPETS] if budget is None else tuple(_within(found.snippets, workspace, budget))
    if output.is_json:
        line = {"id": query.query_id, "files": found.files, "snippets": [_snippet_json(each) for each in snippets]}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        return
    # A name may hold a line end, or what a terminal takes for a command.
    said = [query.text, *(f"  {path}" for path in found.files)]
    said += (f"    {each.path}:{each.lines.shown() if len(each.lines) else '1'}  {each.why}" for each in snippets)
    output.text("".join(f"{visible_text(line).text}\n" for line in said))


def _within(snippets: tuple[Snippet, ...], workspace: Workspace, budget: int) -> Iterator[Snippet]:
    """The best ones that have so many tokens in all; one that does not fit is passed over."""
    counter = TokenCounter()
    for each in snippets:
        try:
            lines = split_lines(read_file(workspace, each.path).text)
        except CopilotError:
            continue  # gone, or changed into something else, since it was indexed
        tokens = counter.count("".join(lines[each.lines.start : each.lines.end]))
        if 0 < tokens <= budget:
            budget -= tokens
            yield each


def _snippet_json(snippet: Snippet) -> dict[str, Any]:
    """Lines from 1, both included."""
    return {
        "path": snippet.path,
        "start": snippet.lines.start + 1,
        "end": max(snippet.lines.end, 1),
        "score": snippet.score,
        "why": snippet.why,
    }


def _queries(arguments: argparse.Namespace) -> Iterator[_Query]:
    if (arguments.query is None) == (arguments.queries is None):
        raise UsageError("Give one question, or --queries with a file of them.")
    if arguments.query is not None:
        yield _Query("0", arguments.query)
        return
    try:
        text = sys.stdin.read() if arguments.queries == "-" else Path(arguments.queries).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{arguments.queries} cannot be read.", detail=str(error)) from error
    for number, line in enumerate(text.split("\n"), 1):  # JSON may hold the other line ends
        if line.strip():
            try:
                said = json.loads(line)
                yield _Query(str(said["id"]), str(said["query"]))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise UsageError(
                    f'Line {number} of {arguments.queries} is no question: it must be {{"id": …, "query": …}}.'
                ) from error
