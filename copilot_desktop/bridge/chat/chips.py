"""The context of the next prompt: what the chips hold, and the freezing of it at the moment of sending.

A selection holds the text it had when it was added; a file follows its tab, or the disk, until the prompt is sent. What
is counted and shown is what is sent.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.held_decisions import HeldDecisions
from copilot_desktop.bridge.chat.held_rules import HeldRules, without_rules
from copilot_desktop.bridge.chat.item_states import FoundItems, NewerItems
from copilot_desktop.bridge.chat.token_counts import CountTokens, TokenCounts
from copilot_desktop.bridge.documents.buffers import OpenBuffers
from copilot_desktop.bridge.documents.file_checks import UNTITLED, FileChecks, ReadableFiles, Settle
from copilot_desktop.context.budget import refuse_oversized
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.turns import RefineRequest
from copilot_desktop.errors import ContextLengthError, CopilotError, NeverSendError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_REFRESH_MS = 300


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An item of the next prompt; `tokens` is None while its file is checked and read, and while they are counted.

    Stale: where it comes from says something else now; `can_renew`: that may take its place. `why` it was found, where
    the user has not chosen it.
    """

    item: ContextItem
    tokens: int | None
    is_stale: bool
    why: str = ""
    can_renew: bool = False
    is_lifted: bool = False
    """The user has allowed a file that no model may see otherwise."""
    is_doubtful: bool = False
    """Found for an earlier prompt; that of now is being looked for. Does not go unless it is kept."""


@dataclass(frozen=True, slots=True)
class ChipsChanged:
    """The context is another one now, or has been counted."""

    items: tuple[HeldItem, ...]
    is_looking: bool = False
    """Context is being looked for: these may become others by themselves."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something was not added or sent, and why. `hidden`: where no model may see a file, and the user can allow it."""

    message: str
    advice: str = ""
    hidden: NeverSendError | None = None
    item: ContextItem | None = None
    """What was to be added."""

    @classmethod
    def by(cls, error: BaseException) -> Refused:
        """What the user is told of an error of the program; others are raised."""
        if not isinstance(error, CopilotError):
            raise error
        hidden = error if isinstance(error, NeverSendError) and error.names else None
        return cls(error.message, error.advice, hidden)


@dataclass(frozen=True, slots=True)
class FrozenContext:
    """What is sent: the items, and the whole texts of their files as the user sees them.

    `refine`: pending changes of which another version is asked for; they are in the texts then.
    """

    items: tuple[ContextItem, ...]
    files: Mapping[str, str]
    refine: RefineRequest | None = None


WithRules = Callable[[FrozenContext, Callable[[FrozenContext], None]], None]
"""Gives the same with the rule files that apply to it, soon."""


class ChipsController(QObject):
    """Owns the context of the next prompt. GUI thread."""

    changed = Signal(object)
    """Carries one `ChipsChanged`."""
    refused = Signal(object)
    """Carries one `Refused`."""
    kept_back = Signal(object)
    """Carries one `Refused`: a file that was not to be added stays behind the border, and the user can allow it."""
    not_asked_any_more = Signal()
    """What was asked about such a file has been given up before it was sent."""

    def __init__(
        self,
        buffers: OpenBuffers,
        files: ReadableFiles,
        thread: AsyncThread,
        count_tokens: CountTokens,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._buffers = buffers
        self._files = files
        self._thread = thread
        self._items: tuple[ContextItem, ...] = ()
        self.decisions = HeldDecisions(lambda: self.show(self._items))
        """Goes with the next prompt, after the items."""
        self.rules = HeldRules(thread, lambda: self.show(self._items))
        """Go with the next prompt, with the instructions."""
        self.found = FoundItems()
        self.newer = NewerItems(lambda: self.show(self._items))
        self.count_tokens = count_tokens
        self._counts = TokenCounts(
            thread,
            count_tokens,
            lambda: self.show(self._items),
            lambda error: self.refused.emit(Refused.by(error)),
        )
        self.is_lifted: Callable[[str], bool] = lambda _path: False
        """Whether the user has allowed a file that no model may see otherwise."""
        self.limit_tokens: Callable[[], int | None] = lambda: None
        """What the model takes, where that is known."""
        self.takes_file: Callable[[str], bool] = lambda _path: False
        """Asked first: whether a file is added in another way, as pictures are."""
        self._whole_lines: set[str] = set()
        self.checks = FileChecks(thread, self._on_checked)
        """Knows what is still being checked, read or made."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(lambda: self.show(self._as_now(self._items)))

    @property
    def items(self) -> tuple[ContextItem, ...]:
        """The items as they would be sent now, but for files on disk, which are read again."""
        return self._items

    def add_selection(self) -> None:
        """Add what is selected in the active tab; without a selection the whole file."""
        buffer = self._buffers.current()
        if buffer is None:
            return
        text = buffer.selected_text()
        snapshot = buffer.snapshot()
        path = snapshot.path or UNTITLED
        if not text:
            self._add_text(path, snapshot.text, is_open=True)
            return
        is_unsaved = snapshot.path is None or self._buffers.is_dirty(snapshot.path)
        misfit = _misfit(path, text, self.limit_tokens())
        if misfit is not None:
            self.refused.emit(misfit)
            return
        lines = buffer.selection().lines
        item = ContextItem(_new_id(), ItemKind.SELECTION, path, text, lines, is_unsaved)
        if text.rstrip("\r\n") == "".join(split_lines(snapshot.text)[lines.start : lines.end]).rstrip("\r\n"):
            self._whole_lines.add(item.item_id)
        self._add(item, snapshot.path)

    def add_open_file(self) -> None:
        """Add the file of the active tab."""
        buffer = self._buffers.current()
        if buffer is not None:
            snapshot = buffer.snapshot()
            self._add_text(snapshot.path or UNTITLED, snapshot.text, is_open=True)

    def add_file(self, path: str) -> None:
        """Add a file of the workspace, as its tab shows it, else as it is on disk."""
        if self.takes_file(path):
            return
        buffer = self._buffers.find(path)
        if buffer is not None:
            self._add_text(path, buffer.snapshot().text, is_open=True)
            return
        item_id = self.take(ContextItem(_new_id(), ItemKind.FILE, path, "", None))
        self._check_later(item_id, _reading(self._files, path, self.limit_tokens()))

    def check(
        self, path: str, done: Callable[[], None], refused: Callable[[Refused], None], *, is_told: bool = True
    ) -> None:
        """Find out on a worker whether a model may see a file; links are followed. One of the two is called soon.

        `kept_back` tells as well of a file that the user can allow, unless that was told before.
        """

        def fail(error: BaseException) -> None:
            said = Refused.by(error)
            refused(said)
            if is_told and said.hidden is not None:
                self.kept_back.emit(said)

        self._thread.run_in_worker(partial(self._files.check, path), lambda _none: done(), fail)

    def remove(self, item_id: str) -> None:
        """Take an item away."""
        if self.rules.remove(item_id):
            self.show(self._items)
            return
        self.decisions.remove(item_id)
        for item in self._items:
            if item.item_id == item_id:
                self.found.put_aside(item)
        self.show(tuple(item for item in self._items if item.item_id != item_id))

    def clear(self) -> None:
        """Take all items away; after they were sent."""
        self.found.clear()
        self.rules.clear()
        self.show(())

    def restore(self, items: tuple[ContextItem, ...]) -> None:
        """Put back what a prompt was to be sent with, before what was added since; not what no model may see."""
        self.rules.take_marks(items)
        items = tuple(
            item
            for item in self.checks.as_made(without_rules(items))
            if item.kind is not ItemKind.DECISIONS and self.checks.denial(item) is None
        )
        back = {_place_of(item) for item in items}
        self.show((*items, *(item for item in self._items if _place_of(item) not in back)))

    def bring_back(self, items: tuple[ContextItem, ...]) -> None:
        """Show these instead, which a draft kept: files are read and checked anew, as when they were added."""
        self.rules.clear()
        self.rules.take_marks(items)
        known = self._as_now(self.checks.as_made(without_rules(items)))
        limit = self.limit_tokens()
        found = [
            (item, Refused.by(error))
            if item.is_unmade and (error := self.checks.denial(item)) is not None
            else (item, _misfit(item.path or item.label, item.text, limit))
            for item in known
        ]
        fresh = tuple(item for item, misfit in found if misfit is None)
        self.show(fresh)
        for _item, misfit in found:
            if misfit is not None:
                self.refused.emit(misfit)
        for item in fresh:
            is_read = item.kind is ItemKind.FILE and self._buffers.find(item.path) is None
            if item.path != UNTITLED and not self.checks.is_running(item.item_id):
                from copilot_desktop.bridge.chat.freezing import check_item  # with the first draft that has some

                check = partial(check_item, self._files, item)
                read = _reading(self._files, item.path, self.limit_tokens())
                self._check_later(item.item_id, read if is_read else check)

    def refresh(self) -> None:
        """Texts of open files may have changed: look at them soon."""
        if self._items and not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The window closes: ask nothing more of the workers."""
        self._timer.stop()
        self._counts.want(())

    def freeze(
        self,
        items: tuple[ContextItem, ...],
        done: Callable[[FrozenContext], None],
        refused: Callable[[Refused], None],
        *,
        has_rules: bool = False,
    ) -> None:
        """Take the texts of these items as they are now, those on disk read again. One of the two is called soon.

        Waits for the checks of items that were added a moment ago. `has_rules`: with the rule files that apply to them.
        """
        find_rules = self.rules.found_for(items) if has_rules else None
        items = without_rules(items)

        def take() -> None:
            now = self._as_now(self.checks.as_made(items))
            error = next(filter(None, map(self.checks.denial, now)), None)
            if error is not None:
                fail(error)
                return
            from copilot_desktop.bridge.chat.freezing import Freezing  # with the first prompt

            freezing = Freezing(self._thread, self._files, partial(_text_in, self._buffers), find_rules)
            freezing.freeze(now, lambda items, texts: done(FrozenContext(items, texts)), fail)

        def fail(error: BaseException) -> None:
            refused(Refused.by(error))

        self.checks.when_settled([item.item_id for item in items], take, fail)

    def _add_text(self, path: str, text: str, *, is_open: bool) -> None:
        misfit = _misfit(path, text, self.limit_tokens())
        if misfit is not None:
            self.refused.emit(misfit)
            return
        is_unsaved = is_open and (path == UNTITLED or self._buffers.is_dirty(path))
        item = ContextItem(_new_id(), ItemKind.FILE, path, text, None, is_unsaved)
        self._add(item, None if path == UNTITLED else path)

    def _add(self, item: ContextItem, path: str | None) -> None:
        """Show it at once with the text of now; it goes away again when no model may see the file."""
        item_id = self.take(item)
        if path is not None:
            self._check_later(item_id, partial(self._files.check, path))

    def take(self, item: ContextItem, *, is_whole_lines: bool = False) -> str:
        """Add an item; one that is there already is not sent twice. Returns its id."""
        same = [other for other in self._items if _place_of(other) == _place_of(item)]
        if same:
            item = replace(item, item_id=same[0].item_id)
        if is_whole_lines:
            self._whole_lines.add(item.item_id)
        if same:
            self.show(tuple(item if other is same[0] else other for other in self._items))
        else:
            self.show((*self._items, item))
        return item.item_id

    def expect(self, item: ContextItem, *, is_whole_lines: bool = False) -> Settle:
        """Show an item without a text, which is still being made, and return what is to be called with it, or with why
        there is none. A prompt that is sent meanwhile waits for it."""
        item_id = self.take(item, is_whole_lines=is_whole_lines)
        settle = self.checks.expect(item_id)
        self.show(self._items)
        return settle

    def _check_later(self, item_id: str, work: Callable[[], str | None]) -> None:
        self.checks.begin(item_id, work)
        self.show(self._items)

    def _on_checked(self, item_id: str, found: str | ContextItem | None, error: BaseException | None) -> None:
        if all(item.item_id != item_id for item in self._items):
            # Sent, put aside or taken away meanwhile.
            return
        if error is not None:
            item = next(each for each in self._items if each.item_id == item_id)
            self.remove(item_id)
            self.refused.emit(replace(Refused.by(error), item=None if item.is_unmade else item))
            return
        if isinstance(found, ContextItem):
            # Another one of the same lines or picture says no more than this one.
            self.checks.made.pop(item_id, None)
            place = _place_of(found)
            items = tuple(each for each in self._items if each.item_id == item_id or _place_of(each) != place)
            self.show(tuple(found if each.item_id == item_id else each for each in items))
            return
        self.show(
            tuple(
                replace(item, text=found) if item.item_id == item_id and found is not None else item
                for item in self._items
            )
        )

    def _as_now(self, items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
        fresh = []
        for item in items:
            text = _text_in(self._buffers, item.path) if item.kind is ItemKind.FILE else None
            if text is not None:
                is_unsaved = item.path == UNTITLED or self._buffers.is_dirty(item.path)
                item = replace(item, text=text, is_unsaved=is_unsaved)
            fresh.append(item)
        return tuple(fresh)

    def show(self, items: tuple[ContextItem, ...]) -> None:
        """These are the items now, counted soon."""
        self._items = items
        self.rules.follow(items)
        held = []
        shown = (*items, *self.decisions.items, *self.rules.items)
        for item, count in zip(shown, self._counts.want(shown), strict=True):
            tokens = None if self.checks.is_running(item.item_id) else count
            is_old = self.newer.is_old(item) or _is_stale(self._buffers, item, item.item_id in self._whole_lines)
            can_renew = self.newer.newer(item) is not None
            found = self.found.why(item.item_id)
            is_doubtful = bool(found) and self.found.is_looking
            is_lifted = self.is_lifted(item.path)
            held.append(HeldItem(item, tokens, is_old, item.why or found, can_renew, is_lifted, is_doubtful))
        self.changed.emit(ChipsChanged(tuple(held), self.found.is_looking or self.found.may_grow))


def _misfit(path: str, text: str, limit_tokens: int | None) -> Refused | None:
    """Why a text can never fit into the model's window; None where it may."""
    try:
        refuse_oversized(path, len(text), limit_tokens)
    except ContextLengthError as error:
        return Refused.by(error)
    return None


def with_rules(rules: HeldRules, context: FrozenContext, done: Callable[[FrozenContext], None]) -> None:
    """Give `done` the same with the rule files that apply to it, for what is not written in the composer."""
    about = without_rules(context.items)
    rules.find_for(context.items, lambda found: done(replace(context, items=(*about, *found))))


def _reading(files: ReadableFiles, path: str, limit_tokens: int | None) -> Callable[[], str]:
    """Reads a file, which may fit. On a worker."""
    from copilot_desktop.bridge.chat.freezing import read_fitting  # with the first file

    return partial(read_fitting, files, path, limit_tokens)


def as_kept(items: tuple[ContextItem, ...]) -> tuple[ContextItem, ...]:
    """Items as a draft keeps them: of files that are read again the name is enough."""
    return tuple(
        replace(item, text="") if item.kind is ItemKind.FILE and item.path != UNTITLED else item for item in items
    )


def _text_in(buffers: OpenBuffers, path: str) -> str | None:
    buffer = buffers.find(path)
    return None if buffer is None else buffer.snapshot().text


def _is_stale(buffers: OpenBuffers, item: ContextItem, is_whole_lines: bool) -> bool:
    """Whether the text that is sent stands nowhere in its file any more; whole lines must be whole lines still."""
    if item.kind is not ItemKind.SELECTION:
        return False
    text = _text_in(buffers, item.path)
    if text is None:
        return False
    if not is_whole_lines:
        return item.text not in text
    wanted = item.text.rstrip("\r\n")
    return re.search(f"(?:^|[\\r\\n]){re.escape(wanted)}(?:$|[\\r\\n])", text) is None


def _place_of(item: ContextItem) -> tuple[ItemKind, str, LineRange | None]:
    return item.kind, item.path if item.origin is None else item.origin.source, item.lines


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


def refined_again(items: tuple[ContextItem, ...], texts: Mapping[str, str]) -> FrozenContext | None:
    """What a kept follow-up about a change is sent with once more, on the texts of now; None where its lines are not
    found."""
    from copilot_desktop.conversation.refining import items_of, proposed_text, refine_of  # with the engine

    refine = refine_of(items, texts)
    return None if refine is None else FrozenContext(items_of(refine), {refine.path: proposed_text(refine)}, refine)
