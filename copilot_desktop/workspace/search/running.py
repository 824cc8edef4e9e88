"""Runs ripgrep on the asyncio thread: over the folder, over files of it, or over a text that stands on no disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from copilot_desktop.child_processes import start_process
from copilot_desktop.errors import SearchError
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.search.command import (
    environment,
    folder_command,
    ripgrep_program,
    text_command,
)
from copilot_desktop.workspace.search.globs import Globs
from copilot_desktop.workspace.search.reading import ResultReader
from copilot_desktop.workspace.search.values import MATCH_LIMIT, Field, FileFound, SearchEnded, SearchQuery

_CHUNK = 65_536
_SAID_BYTES, _SAID_LINES = 65_536, 20
_GLOB = re.compile(r"error parsing glob '(?P<glob>.*?)': (?P<why>.*)", re.DOTALL)
_PREFIX = re.compile(r"^rg: (?:\./)?")
_SYSTEM_NUMBER = re.compile(r" \(os error \d+\)$")
Tell = Callable[[tuple[FileFound, ...]], None]
Take = Callable[[list[FileFound]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search. `texts`: what stands in tabs and on no disk, by path; it is searched instead of those files.

    `is_ignored` is asked on a worker, about files that globs have taken in against the ignore rules.
    """

    root: Path
    query: SearchQuery
    texts: Mapping[str, str]
    is_ignored: Callable[[str], bool]


async def search_folder(request: SearchRequest, tell: Tell) -> SearchEnded:
    """Search everything; `tell` hears of files as they are found, in no order. Cancelling ends ripgrep.

    Raises SearchError for an expression or a glob that cannot be used, and where ripgrep is missing or was ended.
    """
    program, query = ripgrep_program(), request.query
    globs = Globs.of(query)
    left = MATCH_LIMIT
    for path, text in request.texts.items():
        if left > 0 and globs.fits(path) and not await _is_left_out(request, path):
            found = await _text_matches(program, query.find, path, text, left)
            left -= sum(len(each.matches) for each in found)
            if found:
                tell(tuple(found))
    if left <= 0:
        return SearchEnded(is_limited=True)
    needs_look = bool(globs.include) and query.uses_ignore_rules

    async def tell_wanted(found: list[FileFound]) -> None:
        found = [each for each in found if each.path not in request.texts]
        if needs_look and found:
            # ripgrep's globs count for more than ignore files; here they only narrow down.
            found = await asyncio.to_thread(lambda: [each for each in found if not request.is_ignored(each.path)])
        if found:
            tell(tuple(found))

    reader = ResultReader(left)
    run = _Run(folder_command(program, query, globs), request.root, reader, globs)
    return await run.finish(tell_wanted)


async def search_files(
    request: SearchRequest, paths: Iterable[str], most: int | None = None
) -> tuple[FileFound, ...] | None:
    """Search these files and folders again, as `search_folder` would; what has no match is not among the returned.

    None where more than `most` of them are not ignored: nothing was searched then.
    """
    program, query = ripgrep_program(), request.query
    globs = Globs.of(query)
    found: list[FileFound] = []
    on_disk: list[str] = []
    wanted = await asyncio.to_thread(_not_left_out, request, paths)
    if most is not None and len(wanted) > most:
        return None
    for path in wanted:
        place = request.root / path
        if path in request.texts:
            if globs.fits(path):
                found += await _text_matches(program, query.find, path, request.texts[path], MATCH_LIMIT)
        elif not place.is_symlink() and (place.is_dir() or (place.is_file() and globs.fits(path))):
            on_disk.append(path)
    if on_disk:
        run = _Run(folder_command(program, query, globs, on_disk), request.root, ResultReader(MATCH_LIMIT), globs)

        async def take(more: list[FileFound]) -> None:
            found.extend([each for each in more if not await _is_left_out(request, each.path)])

        await run.finish(take)
    return tuple({each.path: each for each in found}.values())


def _not_left_out(request: SearchRequest, paths: Iterable[str]) -> list[str]:
    """On a worker."""
    return [path for path in paths if not (request.query.uses_ignore_rules and request.is_ignored(path))]


async def _is_left_out(request: SearchRequest, path: str) -> bool:
    return request.query.uses_ignore_rules and await asyncio.to_thread(request.is_ignored, path)


async def _text_matches(program: str, find: FindQuery, path: str, text: str, limit: int) -> list[FileFound]:
    found: list[FileFound] = []

    async def take(more: list[FileFound]) -> None:
        found.extend(more)

    run = _Run(text_command(program, find), None, ResultReader(limit, path), Globs((), ()))
    run.given = text.encode("utf-8", "surrogatepass")
    await run.finish(take)
    return found


class _Run:
    """One process of ripgrep."""

    def __init__(self, command: list[str], folder: Path | None, reader: ResultReader, globs: Globs) -> None:
        self._command, self._folder, self._reader, self._globs = command, folder, reader, globs
        self.given: bytes | None = None
        self._said: list[str] = []
        self._said_count = 0

    async def finish(self, take: Take) -> SearchEnded:
        """Run it to its end, or to the limit; `take` is awaited with each bunch of files."""
        process = await self._start()
        saying = asyncio.create_task(self._read_said(process))
        giving = asyncio.create_task(self._give(process))
        try:
            if await self._read(process, take):
                await saying
                await process.wait()
        finally:
            for task in (saying, giving):
                task.cancel()
            if process.returncode is None:
                _kill(process)
            await asyncio.shield(process.wait())
            await asyncio.gather(saying, giving, return_exceptions=True)
        if not self._reader.has_ended and not self._reader.is_full:
            raise self._failure(process.returncode or 0)
        unread = tuple(map(_readable, self._said))
        return SearchEnded(self._reader.is_full, unread=unread, unread_count=self._said_count)

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        try:
            return await start_process(
                *self._command,
                cwd=self._folder,
                env=environment(),
                stdin=pipe if self.given is not None else asyncio.subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                start_new_session=sys.platform != "win32",
            )
        except (OSError, ValueError) as error:
            raise SearchError(
                "The folder cannot be searched: ripgrep could not be started.",
                advice="Look whether the folder is still there; installing the program again brings ripgrep back.",
                detail=str(error),
            ) from error

    async def _read(self, process: asyncio.subprocess.Process, take: Take) -> bool:
        """Whether it was read to its end."""
        assert process.stdout is not None  # noqa: S101 - asked for
        while data := await process.stdout.read(_CHUNK):
            found = self._reader.feed(data)
            if found:
                await take(found)
            if self._reader.is_full:
                return False
        return True

    async def _give(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or self.given is None:
            return
        # It may have ended before: a wrong expression is told without reading.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(self.given)
            await process.stdin.drain()
        process.stdin.close()

    async def _read_said(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # noqa: S101 - asked for
        rest = b""
        while data := await process.stderr.read(_SAID_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            self._said_count += len(lines)
            room = _SAID_LINES - len(self._said)
            self._said += [line.decode("utf-8", "replace") for line in lines[:room]]
            rest = rest[-_SAID_BYTES:]

    def _failure(self, code: int) -> SearchError:
        said = "\n".join(self._said)
        glob = _GLOB.search(said)
        if glob is not None:
            return SearchError(
                f"The glob {glob['glob'].removeprefix('!').removeprefix('**/')} cannot be used: {glob['why'].strip()}.",
                field=self._globs.field_of(glob["glob"].removeprefix("!")),
            )
        if code == 2 and said:
            return SearchError(f"This regular expression cannot be used: {_reason(said)}.", field=Field.TEXT)
        return SearchError(
            "The search was cut off: ripgrep ended before it was done.",
            advice="Search again; what is shown may not be all.",
            detail=said,
        )


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            # asyncio's own asks first whether it has ended, and then nobody is told of its end.
            os.killpg(process.pid, signal.SIGKILL)


def _reason(said: str) -> str:
    """What is wrong with an expression: the last line that says so."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    reason = errors[-1] if errors else lines[0].removeprefix("rg: ")
    return reason.removeprefix("PCRE2: ").rstrip(".")


def _readable(line: str) -> str:
    return _SYSTEM_NUMBER.sub("", _PREFIX.sub("", line))
