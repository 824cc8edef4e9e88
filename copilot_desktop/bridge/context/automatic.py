"""Automatic context: what of the folder a prompt is about, found while it is written and shown before it is sent."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.context.symbol_chips import lines_of_symbol
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.bridge.context.meaning import MeaningController
    from copilot_desktop.bridge.context.question_vectors import Meant
    from copilot_desktop.context.index.ranking import Snippet
    from copilot_desktop.context.index.vectors import Similar

_PAUSE_MS: Final = (150, 400)
"""So long after the last key it is looked for at least, and at most; three times as long as the last answer took, so
that a large folder is not asked with every letter. Where each question is a request that costs tokens, the longer."""
_PAUSE_TIMES: Final = 3
_AGAIN_MS: Final = 1_000
_UNANSWERED_MS: Final = 250
"""The same where nothing was found for the prompt of now: there was no index yet."""
_REST: Final = 10
"""While the index is made it is asked again after so many times what the answer took: of a large folder less often."""
_PIECES: Final = 6
_CHARACTERS: Final = 12_000
"""About 3,000 tokens: what is found must not cost more than what is asked."""
_SHORTEST: Final = 8
"""Characters of a prompt; fewer are about nothing."""
_LOOKED_AT: Final = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that were found, as they stand now, and why."""

    item: ContextItem
    why: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the window shows: unsaved texts by path, and the paths of its open documents."""

    live: Mapping[str, str]
    opened: tuple[str, ...]


class AutomaticContext(QObject):
    """Of one composer. GUI thread; ranking and reading are done on workers. Off until it is switched on."""

    def __init__(
        self,
        index: IndexController,
        chips: ChipsController,
        documents: DocumentsController,
        files: ReadableFiles,
    ) -> None:
        super().__init__(chips)
        self._index, self._chips = index, chips
        self._documents, self._files = documents, files
        self.is_on = False
        self.meaning: Callable[[], MeaningController | None] = lambda: None
        """Gives what finds by meaning as well, where the user has agreed to it."""
        self._prompt = self._asked = self._meant = ""
        self._answered = ""
        """The prompt that what is shown was found for."""
        self._took_s = 0.0
        self._question = self._answer = 0
        """The number of the last question to the index, and of the last one that is answered."""
        self._heard: MeaningController | None = None
        """Says when it awaits nothing more."""
        chips.found.hurry = self._hurry
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._find)
        self._again_ms = _AGAIN_MS
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._ask_again)
        index.changed.connect(self._on_index_changed)

    def switch(self, is_on: bool) -> None:
        """Find, or find no more: what was found and is not kept goes."""
        if is_on is self.is_on:
            return
        self.is_on = is_on
        self._asked = self._answered = ""
        self._find()

    def follow(self, prompt: str) -> None:
        """The prompt is another one: what was found for the one before is marked so at once."""
        self._prompt = prompt.strip()
        if not self.is_on:
            return
        if self._prompt == self._asked:
            self._timer.stop()
            self._tell()
        elif len(self._prompt) < _SHORTEST:
            self._find()
        else:
            least, most = _PAUSE_MS
            is_asked_elsewhere = self.meaning() is not None
            self._timer.start(
                most if is_asked_elsewhere else min(max(least, round(_PAUSE_TIMES * 1_000 * self._took_s)), most)
            )
            self._tell()

    def _hurry(self) -> None:
        if self._timer.isActive():
            self._find()

    def keep(self, item_id: str) -> None:
        """What was found is chosen by the user now."""
        self._chips.found.keep(item_id)
        self._chips.show(self._chips.items)

    def _find(self) -> None:
        self._timer.stop()
        prompt = self._prompt
        if not self.is_on or len(prompt) < _SHORTEST:
            self._asked = self._answered = ""
            self._put(())
            return
        self._asked = prompt
        self._index.want()
        self._ask(prompt)

    def _tell(self, items: tuple[ContextItem, ...] | None = None) -> None:
        """Let the chips say whether they are of this prompt. `items`: these are the chips now."""
        found = self._chips.found
        is_about = self.is_on and len(self._prompt) >= _SHORTEST
        is_looking = is_about and self._prompt != self._answered
        is_made = self._index.is_running and not self._index.state.is_settled
        is_meant = self._heard is not None and self._heard.is_asking
        may_grow = is_about and (is_made or is_meant or self._question != self._answer)
        if items is not None or (is_looking, may_grow) != (found.is_looking, found.may_grow):
            found.is_looking, found.may_grow = is_looking, may_grow
            self._chips.show(self._chips.items if items is None else items)

    def _ask(self, prompt: str) -> None:
        """By words at once, and once more where the vector of the prompt comes in time."""
        self._meant = ""
        meaning = self.meaning()
        if meaning is not None:
            if meaning is not self._heard:
                self._heard = meaning
                meaning.changed.connect(lambda _state: self._tell())
            meaning.ask(prompt, partial(self._ask_by_meaning, prompt))
        if not self._meant:
            self._ask_index(prompt, None)
        self._tell()

    def _ask_by_meaning(self, prompt: str, meant: Meant) -> None:
        if self.is_on and prompt == self._asked:
            self._meant = prompt
            self._ask_index(prompt, meant)

    def _ask_index(self, prompt: str, meant: Meant | None) -> None:
        live = {
            document.path: text
            for document in self._documents.dirty()
            if document.path is not None and (text := self._documents.text_of(document.path)) is not None
        }
        paths = (document.path for document in self._documents.documents)
        opened = tuple(path for path in paths if path is not None)
        question = partial(_found, prompt, _Seen(live, opened), self._files, meant)
        begun = time.monotonic()
        self._question += 1
        number = self._question

        def ask(database: sqlite3.Connection | None) -> tuple[Piece, ...] | None:
            return None if database is None else question(database)

        def take(found: tuple[Piece, ...] | None) -> None:
            self._answer = max(self._answer, number)
            self._took_s = time.monotonic() - begun
            self._again_ms = max(_AGAIN_MS, round(_REST * 1_000 * self._took_s))
            if found is None and not self._index.is_running:
                found = ()  # there is no index, and none is being made
            self._on_found(prompt, meant is None, found)

        self._index.ask_anyway(ask, take, lambda _error: take(()))

    def _on_found(self, prompt: str, is_by_words: bool, found: tuple[Piece, ...] | None) -> None:
        # What words alone have found may come after what meaning has found.
        is_wanted = self.is_on and prompt == self._asked and not (is_by_words and self._meant == prompt)
        if found is not None and is_wanted:
            self._answered = prompt
            self._put(found)
        else:
            self._tell()

    def _on_index_changed(self, state: IndexState) -> None:
        # A portion comes ten times a second while the index is made: answers once a second are enough.
        if state.is_settled:
            self._ask_again()
        elif not self._again.isActive():
            is_answered = self._answered == self._prompt
            self._again.start(self._again_ms if is_answered else min(self._again_ms, _UNANSWERED_MS))
        self._tell()

    def _ask_again(self) -> None:
        self._again.stop()
        if self.is_on and self._asked:
            self._ask(self._asked)

    def _put(self, found: Iterable[Piece]) -> None:
        """Show these in the place of what was found before; what stays keeps its chip."""
        chips = self._chips
        before = {_place(item): item for item in chips.items if chips.found.why(item.item_id)}
        chosen = tuple(item for item in chips.items if not chips.found.why(item.item_id))
        whys: dict[str, str] = {}
        items = []
        for piece in found:
            if chips.found.is_put_aside(piece.item) or any(_holds(item, piece.item) for item in chosen):
                continue
            same = before.get(_place(piece.item))
            item = same if same is not None and same.text == piece.item.text else piece.item
            whys[item.item_id] = piece.why
            items.append(item)
        if items or before:
            chips.found.put(whys)
            self._tell((*chosen, *items))
        else:
            self._tell()


def _place(item: ContextItem) -> tuple[str, int]:
    return item.path, item.lines.start if item.lines is not None else -1


def _holds(chosen: ContextItem, found: ContextItem) -> bool:
    """Whether what the user has chosen has lines of it already."""
    if chosen.path != found.path:
        return False
    if chosen.lines is None or found.lines is None:
        return True
    return chosen.lines.start < found.lines.end and found.lines.start < chosen.lines.end


def _found(
    prompt: str, seen: _Seen, files: ReadableFiles, meant: Meant | None, database: sqlite3.Connection
) -> tuple[Piece, ...]:
    """On a worker: the best pieces, read as they stand now, within the budget."""
    from copilot_desktop.context.index.lately import Around
    from copilot_desktop.context.index.ranking import rank

    similar: tuple[Similar, ...] = ()
    if meant is not None:
        with suppress(CopilotError):  # of vectors that are damaged the window is told when they are made
            similar = meant.nearest(database)
    around = Around(seen.opened, tuple(seen.live), time.time())
    return tuple(_chosen(rank(database, prompt, _LOOKED_AT, around, similar).snippets, seen.live, files))


def _chosen(snippets: Iterable[Snippet], live: Mapping[str, str], files: ReadableFiles) -> Iterator[Piece]:
    """The best that are of use, each as it stands now."""
    from copilot_desktop.context.index.useful import Found, is_applied_otherwise, is_far_behind, is_small, joined

    found: dict[tuple[str, int], Found] = {}
    texts: dict[str, list[str]] = {}
    best, left = 0.0, _CHARACTERS
    for snippet in snippets:
        path = snippet.path
        if len(found) == _PIECES:
            break
        if not len(snippet.lines) or is_applied_otherwise(path) or is_far_behind(snippet, best):
            continue
        lines = _lines_now(snippet, live, files, texts)
        if lines is None:
            continue
        best = max(best, snippet.score)
        each, place = Found(lines, snippet.why), (path, lines.start)
        if is_small(texts[path]):
            place = (path, 0)
            each = joined(found[place], each) if place in found else each
        more = _length(texts[path], each.lines) - (_length(texts[path], found[place].lines) if place in found else 0)
        if more <= left:
            left -= more
            found[place] = each
    for (path, _start), each in found.items():
        shown = "".join(texts[path][each.lines.start : each.lines.end])
        yield Piece(ContextItem(uuid.uuid4().hex[:12], ItemKind.SELECTION, path, shown, each.lines), each.why)


def _lines_now(
    snippet: Snippet, live: Mapping[str, str], files: ReadableFiles, texts: dict[str, list[str]]
) -> LineRange | None:
    """Where it stands; None where a model may not see it, it is gone, or it says nothing. `texts`: what was read."""
    from copilot_desktop.context.index.useful import says_nothing

    path = snippet.path
    try:
        if path not in texts:
            files.check(path)
            text = live.get(path)
            texts[path] = split_lines(files.read(path) if text is None else text)
        name = snippet.name.rpartition(".")[2]
        lines = lines_of_symbol(path, "".join(texts[path]), name, snippet.lines)
    except CopilotError:
        return None
    return None if says_nothing(path, texts[path][lines.start : lines.end]) else lines


def _length(text: list[str], lines: LineRange) -> int:
    return sum(map(len, text[lines.start : lines.end]))
