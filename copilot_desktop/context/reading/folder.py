"""Looks into the opened folder for a model: what it asks for, as the user sees it, within the border and a limit.

Whatever goes wrong is an answer that the model reads; nothing is raised but what ends the turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from copilot_desktop.context.reading.border import ReadingBorder
from copilot_desktop.context.reading.cut_secrets import (
    cut_before,
    cut_behind,
    may_be_inside,
    without_cut_secrets,
)
from copilot_desktop.context.reading.fitting import CountTokens, beginning, fitting
from copilot_desktop.context.reading.questions import (
    Answer,
    FindSymbols,
    ListFiles,
    Question,
    ReadLimits,
    ReadLines,
    SearchText,
)
from copilot_desktop.errors import CopilotError, NeverSendError, UnsafePathError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.workspace.file_list import list_files
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.search.globs import Globs
from copilot_desktop.workspace.search.running import SearchRequest, search_folder
from copilot_desktop.workspace.search.values import FileFound, SearchQuery

if TYPE_CHECKING:
    from copilot_desktop.context.index.symbols import FoundSymbol

_ALL_FILES: Final = 200
"""A folder with more is listed by its folders, where nothing is said of the names."""
_MATCHES: Final = 200
_SYMBOLS: Final = 30
_SEARCH_S: Final = 20.0
_LINE: Final = 300
_SHOWN_BEHIND: Final = 240
"""So much of a line the search tells behind a match: more may have been cut off there."""


class Looked(Protocol):
    """What a window knows of the folder. Called on the asyncio thread."""

    async def texts(self, path: str | None) -> Mapping[str, str]:
        """The text of this path, when it is open in a tab; None: of all tabs with unsaved changes."""

    async def symbols(self, name: str, limit: int) -> tuple[tuple[FoundSymbol, ...], bool]:
        """What the index has for a name, the best first, and whether it is complete."""


class FolderReader:
    """Answers the questions of one turn, one at a time. `count_tokens` may block."""

    limits = ReadLimits()

    def __init__(
        self,
        border: ReadingBorder,
        looked: Looked,
        count_tokens: CountTokens,
        refused: Callable[[NeverSendError], None] = lambda _error: None,
    ) -> None:
        self._border, self._looked, self._count, self._refused = border, looked, count_tokens, refused
        self._shown: dict[str, str] = {}

    def shown(self, path: str) -> str | None:
        """The whole text of a file of which the model has read something, as it was then. From any thread."""
        return self._shown.get(path)

    async def answer(self, question: Question, limit_tokens: int) -> Answer:
        """What the model is told, in at most about so many tokens."""
        try:
            await asyncio.to_thread(self._border.refresh)
            match question:
                case ReadLines():
                    return await self._read(question, limit_tokens)
                case ListFiles():
                    return await asyncio.to_thread(self._list, question, limit_tokens)
                case SearchText():
                    return await self._search(question, limit_tokens)
                case FindSymbols():
                    return await self._find(question, limit_tokens)
        except (NeverSendError, UnsafePathError) as error:
            if isinstance(error, NeverSendError) and error.names:
                self._refused(error)
            said = f"Not allowed: {error.message}"
            return Answer(f"{said} {error.advice}".strip(), f"Refused: {error.message}", is_refused=True)
        except CopilotError as error:
            return Answer(f"{error.message} {error.advice}".strip(), f"{question.title} · {error.message}")

    async def _read(self, question: ReadLines, limit_tokens: int) -> Answer:
        path = self._border.cleaned(question.path)
        await asyncio.to_thread(self._border.refuse, path)
        live = (await self._looked.texts(path)).get(path)

        def work() -> Answer:
            text = read_file(self._border.workspace, path).text if live is None else live
            self._shown[path] = text
            return self._lines(path, text, question, limit_tokens)

        return await asyncio.to_thread(work)

    def _lines(self, path: str, text: str, question: ReadLines, limit_tokens: int) -> Answer:
        lines = split_lines(text)
        total = len(lines)
        if not total:
            return Answer(f"{path} is empty.", f"Read {path} · empty")
        first = max(question.first or 1, 1)
        last = min(question.last or total, total)
        if first > total or last < first:
            said = f"{path} has {total:,} lines; there are none from {first:,} to {question.last or total:,}."
            return Answer(said, f"Read {path} · no such lines")
        wanted = lines[first - 1 : last]
        count = fitting(wanted, limit_tokens, self._count)
        if not count:
            begun = beginning(wanted[0], limit_tokens, self._count)
            begun = cut_behind(begun + "…", len(begun)).removesuffix("…")
            said = f"{path}, line {first:,} of {total:,}, its first {len(begun):,} of {len(wanted[0]):,} characters:\n"
            more = f"\n[Cut: the line is too long. Go on with first_line {first + 1}.]" if first < total else ""
            return Answer(said + begun + more, f"Read {path}:{first}, cut")
        shown_last = first + count - 1
        start = sum(map(len, lines[: first - 1]))
        body = without_cut_secrets(text, start, start + sum(map(len, wanted[:count])))
        more = ""
        if shown_last < last:
            gap = "" if body.endswith("\n") else "\n"
            more = f"{gap}[Cut at the limit: go on with first_line {shown_last + 1}.]"
        return Answer(
            f"{path}, lines {first:,} to {shown_last:,} of {total:,}:\n{body}{more}",
            f"Read {path}:{first}–{shown_last}" + (", cut" if more else ""),
        )

    def _list(self, question: ListFiles, limit_tokens: int) -> Answer:
        folder = question.folder.strip().strip("/").removeprefix("./")
        folder = "" if folder in ("", ".") else self._border.cleaned(folder)
        if folder:
            self._border.refuse(folder)
        prefix = f"{folder}/" if folder else ""
        every = list_files(self._border.workspace, self._border.rules)
        globs = Globs.of(SearchQuery(FindQuery(""), question.glob))
        found = [path for path in every if path.startswith(prefix) and globs.fits(path)]
        found = [path for path in found if not self._border.hides_listed(path)]
        where = prefix or "the folder"
        if not found:
            said = f"No file is below {where}" + (f" that fits {question.glob}." if question.glob else ".")
            return Answer(said, f"{_listed(question)} · no files")
        is_whole = len(found) <= _ALL_FILES or bool(question.glob)
        rows = [f"{path}\n" for path in found] if is_whole else _one_level(prefix, found)
        count = fitting(rows, limit_tokens, self._count)
        head = (
            f"{_counted(len(found), 'file')} below {where}" + ("" if is_whole else ", those of folders counted") + ":\n"
        )
        left = len(rows) - count
        more = f"[Cut: {left:,} more. Ask for a folder, or with a glob.]" if left else ""
        return Answer(head + "".join(rows[:count]) + more, f"{_listed(question)} · {_counted(len(found), 'file')}")

    async def _search(self, question: SearchText, limit_tokens: int) -> Answer:
        if not question.text:
            return Answer("query is empty: there is nothing to look for.", "Search · nothing to look for")
        found: list[FileFound] = []
        enough = asyncio.Event()

        def tell(files: tuple[FileFound, ...]) -> None:
            found.extend(files)
            if sum(len(each.matches) for each in found) > _MATCHES * 5:
                enough.set()

        find = FindQuery(question.text, question.is_regex, is_case_sensitive=question.is_regex)
        live = await self._looked.texts(None)
        request = SearchRequest(
            self._border.workspace.root,
            SearchQuery(find, question.glob),
            live,
            lambda path: self._border.rules.is_ignored(path, False),
        )
        is_all = await _search_until(request, tell, enough)
        return await asyncio.to_thread(
            partial(self._found, question, found, live, is_all=is_all, limit_tokens=limit_tokens)
        )

    def _rows(self, found: FileFound, live: str | None) -> list[str]:
        """A line for each line with a match, as they stand there but for what is cut off."""
        lines = {match.line: match for match in found.matches}
        shown = {}
        for line, match in sorted(lines.items()):
            text = f"{cut_before(match.before)}{match.text}{match.after}"
            is_cut = len(match.after) >= _SHOWN_BEHIND
            shown[line] = cut_behind(f"{text}…", len(text)) if is_cut else _short(text)
        inside = [line for line, text in shown.items() if may_be_inside(text)]
        if inside:
            whole = read_file(self._border.workspace, found.path).text if live is None else live
            every = split_lines(whole)
            for line in inside:
                start, size = sum(map(len, every[:line])), len(every[line]) if line < len(every) else 0
                shown[line] = _short(without_cut_secrets(whole, start, start + size).rstrip("\r\n"))
        return [f"{found.path}:{line + 1}: {text}\n" for line, text in shown.items()]

    def _found(
        self,
        question: SearchText,
        found: list[FileFound],
        live: Mapping[str, str],
        *,
        is_all: bool,
        limit_tokens: int,
    ) -> Answer:
        seen = sorted((each for each in found if not self._border.hides(each.path)), key=lambda each: each.path)
        total = sum(len(each.matches) for each in seen)
        title = f"Searched “{question.text}”" + (f" in {question.glob}" if question.glob else "")
        if not total:
            return Answer("Nothing was found." if is_all else "Nothing was found in 20 seconds.", f"{title} · no match")
        rows = [row for each in seen for row in self._rows(each, live.get(each.path))]
        count = min(fitting(rows, limit_tokens, self._count), _MATCHES)
        least = "" if is_all else "at least "
        matches = f"{least}{_counted(total, 'match', 'matches')}"
        head = f"{matches} in {_counted(len(seen), 'file')}:\n"
        more = f"[Cut: {len(rows) - count:,} more lines. Look for something longer, or with a glob.]"
        more = more if count < len(rows) else ""
        return Answer(head + "".join(rows[:count]) + more, f"{title} · {matches}")

    async def _find(self, question: FindSymbols, limit_tokens: int) -> Answer:
        if not question.name.strip():
            return Answer("name is empty: there is nothing to look for.", "Find symbol · nothing to look for")
        # Models ask for `Cart.total` where the index knows `total`, of Cart.
        name = question.name.strip().rpartition(".")[2].rstrip("()")
        symbols, is_complete = await self._looked.symbols(name, _SYMBOLS)

        def work() -> Answer:
            seen = [each for each in symbols if not self._border.hides(each.path)]
            title = f"Looked up “{question.name}” · {_counted(len(seen), 'symbol')}"
            note = "" if is_complete else "[The index of the folder is not complete yet: search_text finds the rest.]"
            if not seen:
                return Answer(f"Nothing is defined under that name. {note}".strip(), title)
            rows = [_symbol_row(each) for each in seen]
            count = fitting(rows, limit_tokens, self._count)
            return Answer("".join(rows[:count]) + note, title)

        return await asyncio.to_thread(work)


async def _search_until(
    request: SearchRequest, tell: Callable[[tuple[FileFound, ...]], None], enough: asyncio.Event
) -> bool:
    """Search until the end, until there is enough, or until it takes too long; whether it came to its end."""
    searching = asyncio.ensure_future(search_folder(request, tell))
    waiting = asyncio.ensure_future(enough.wait())
    try:
        await asyncio.wait((searching, waiting), timeout=_SEARCH_S, return_when=asyncio.FIRST_COMPLETED)
        return searching.done() and not searching.result().is_limited
    finally:
        for each in (searching, waiting):
            each.cancel()
        await asyncio.gather(searching, waiting, return_exceptions=True)


def _one_level(prefix: str, paths: list[str]) -> list[str]:
    """The files right in a folder, and its folders with how many files are below each."""
    folders: dict[str, int] = {}
    files = []
    for path in paths:
        name, slash, _rest = path[len(prefix) :].partition("/")
        if slash:
            folders[name] = folders.get(name, 0) + 1
        else:
            files.append(f"{path}\n")
    return [*(f"{prefix}{name}/ ({_counted(count, 'file')})\n" for name, count in folders.items()), *files]


def _listed(question: ListFiles) -> str:
    return question.title.replace("List", "Listed", 1)


def _symbol_row(found: FoundSymbol) -> str:
    symbol = found.symbol
    within = f" in {symbol.outer}" if symbol.outer else ""
    lines = f"{symbol.lines.start + 1}-{symbol.lines.end}"
    return f"{found.path}:{lines}: {symbol.kind} {symbol.name}{within}: {_short(symbol.signature)}\n"


def _short(line: str) -> str:
    line = line.replace("\r", "").replace("\n", " ")
    return cut_behind(line, _LINE)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many or one + 's'}"
