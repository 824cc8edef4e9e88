"""`context`: the files and lines of a folder that a question is about, best first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from copilot_desktop.child_processes import worker_command
from copilot_desktop.cli.output import Output
from copilot_desktop.context.index.ranking import Ranked, Snippet, rank
from copilot_desktop.context.index.schema import index_place, read_index
from copilot_desktop.context.index.worker_process import index_worker
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.llm.tokens import TokenCounter
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.lines import split_lines
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
    with index_worker(worker_command("index"), workspace.root, place) as progress:
        for each in progress:
            if each.is_complete:
                for _path, problem in each.problems:
                    output.note(problem)
            elif arguments.no_wait:
                break
        database = read_index(place)
        for query in queries:
            found = rank(database, query.text, arguments.limit) if database is not None else Ranked((), ())
            _show(query, found, workspace, arguments.budget, output)
        if database is not None:
            database.close()
    return 0


def _show(query: _Query, found: Ranked, workspace: Workspace, budget: int | None, output: Output) -> None:
    snippets = found.snippets[:_SNIPPETS] if budget is None else tuple(_within(found.snippets, workspace, budget))
    if output.is_json:
        line = {"id": query.query_id, "files": found.files, "snippets": [_snippet_json(each) for each in snippets]}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        return
    output.text(f"{query.text}\n" + "".join(f"  {path}\n" for path in found.files))
    for each in snippets:
        output.text(f"    {each.path}:{each.lines.shown() if len(each.lines) else '1'}  {each.why}\n")


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
        text = sys.stdin.read() if arguments.queries == "-" else Path(arguments.queries).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{arguments.queries} cannot be read.", detail=str(error)) from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                said = json.loads(line)
                yield _Query(str(said["id"]), str(said["query"]))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(
                    f'Line {number} of {arguments.queries} is no question: it must be {{"id": …, "query": …}}.'
                ) from error
