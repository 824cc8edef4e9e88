"""How a review stood right before a command, told by what is different right after it.

Where all that the command has changed still stands as it left it, the review is given back as it was: to the letter,
with nothing merged, so it cannot be refused. It is kept over a restart, so it holds nothing that stands elsewhere.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Final

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, FileChange
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.ways_back import KEPT_STEPS, WayBack
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.values import dataclass

_SAID: Final = attrgetter(*(each.name for each in fields(ChangeHunk) if each.name != "needs_look"))
"""All of a hunk but whether the user has looked at it: that is no decision, and is not taken back."""

_UNMOVED: Final = attrgetter(*(each.name for each in fields(ChangeHunk) if each.name not in ("start", "end", "home")))
"""All of a hunk but where it is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Hunks of a path that a command has only moved: so many from the first one in its order, back by so many lines."""

    path: str
    first: int
    count: int
    lines: int


@dataclass(frozen=True, slots=True)
class LinesBefore:
    """Lines [start, end) of a text right after a command, and what stood there before."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextBefore:
    """What a file said: other lines, or where it was not there before or after, the whole text (None: no file)."""

    path: str
    lines: tuple[LinesBefore, ...]
    whole: str | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class PlaceBefore:
    """The path that a change of a change set had, by its number there, and the paths of what the set was made from."""

    change_set_id: str
    number: int
    path: str
    renamed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoodBefore:
    """`after`: digests of how each path that the command has changed stood after it. `gone` is what files that are not
    there said last, None for those of which nothing was known. `undone` are the ways back that the command has used up
    or made anew, `done` the digests of those that it has made.
    """

    stood_id: str
    after: Mapping[str, str]
    hunks: tuple[ChangeHunk, ...]
    moved: tuple[Moved, ...]
    texts: tuple[TextBefore, ...]
    gone: Mapping[str, LinedText | None]
    orders: Mapping[str, tuple[str, ...]]
    places: tuple[PlaceBefore, ...]
    undone: tuple[WayBack, ...]
    done: tuple[str, ...]

    @property
    def weight(self) -> int:
        """How much it keeps: hunks, but for those that only moved."""
        return 1 + len(self.hunks) + sum(len(step.hunks) for step in self.undone)

    def stands(self, state: ReviewState) -> bool:
        """Whether all that the command has changed is as it left it."""
        return all(_digest_of(state, path) == digest for path, digest in self.after.items())

    def given_back(self, state: ReviewState) -> ReviewState:
        """The review as it was, from one that stands as the command left it. What the user has looked at stays so."""
        now = {hunk.hunk_id: hunk for hunk in state.hunks()}
        hunks = {each.hunk_id: each for each in self._moved_back(state, now)}
        hunks.update((each.hunk_id, each) for each in self.hunks)
        hunks = {
            hunk_id: replace(hunk, needs_look=hunk.needs_look and now[hunk_id].needs_look)
            for hunk_id, hunk in hunks.items()
        }
        places = {(each.change_set_id, each.number): each for each in self.places}
        used = set(self.done)
        left = [step for step in state.steps if _digest_of_step(step) not in used]
        return replace(
            state,
            change_sets=tuple(_given_back(each, hunks, places) for each in state.change_sets),
            texts=self._texts_before(state.texts),
            order={path: ids for path, ids in {**state.order, **self.orders}.items() if ids or path not in self.orders},
            steps=(*left, *self.undone)[-KEPT_STEPS:],
        )

    def with_paths(self, moved: Callable[[str], str]) -> StoodBefore:
        """It, with the paths that its files have now. A path is part of no digest but as a key."""
        return replace(
            self,
            after={moved(path): each for path, each in self.after.items()},
            moved=tuple(replace(each, path=moved(each.path)) for each in self.moved),
            texts=tuple(replace(each, path=moved(each.path)) for each in self.texts),
            gone={moved(path): each for path, each in self.gone.items()},
            orders={moved(path): each for path, each in self.orders.items()},
            places=tuple(
                replace(
                    each,
                    path=moved(each.path),
                    renamed={moved(new): moved(old) for new, old in each.renamed.items()},
                )
                for each in self.places
            ),
            undone=tuple(step.with_paths(moved) for step in self.undone),
        )

    def _moved_back(self, state: ReviewState, now: Mapping[str, ChangeHunk]) -> Iterator[ChangeHunk]:
        for run in self.moved:
            for hunk_id in state.order[run.path][run.first : run.first + run.count]:
                yield _shifted(now[hunk_id], run.lines)

    def _texts_before(self, texts: FileTexts) -> FileTexts:
        lined, gone = texts.all_lined(), texts.all_gone()
        for each in self.texts:
            text = lined.get(each.path)
            if each.is_whole:
                lined[each.path] = None if each.whole is None else LinedText(each.whole)
            elif text is not None:
                for lines in reversed(each.lines):
                    text = text.replaced(lines.start, lines.end, lines.text)
                lined[each.path] = text
        for path, said in self.gone.items():
            if said is None:
                gone.pop(path, None)
            else:
                gone[path] = said
        return FileTexts(lined, gone)


def stood_before(before: ReviewState, after: ReviewState) -> StoodBefore | None:
    """What is different in two states; None where there are other hunks or files, which no decision brings."""
    was, now = ({hunk.hunk_id: hunk for hunk in state.hunks()} for state in (before, after))
    texts, texts_now = before.texts.all_lined(), after.texts.all_lined()
    if was.keys() != now.keys() or texts.keys() != texts_now.keys():
        return None
    others = {hunk_id for hunk_id, hunk in was.items() if hunk is not now[hunk_id] and hunk != now[hunk_id]}
    said = [path for path in texts if not _is_same(texts[path], texts_now[path])]
    places = tuple(_places(before, after))
    orders = dict(_reordered(before.order, after.order))
    moved = tuple(_runs(after, was, now, others, orders))
    only_moved = {hunk_id for run in moved for hunk_id in after.order[run.path][run.first : run.first + run.count]}
    changed = others - only_moved
    gone, gone_now = before.texts.all_gone(), after.texts.all_gone()
    undone, done = _exchanged(before.steps, after.steps)
    paths = {*said, *orders, *_paths(before, others), *_paths(after, others), *(each.path for each in places)}
    return StoodBefore(
        uuid.uuid4().hex,
        {path: _digest_of(after, path) for path in sorted(paths)},
        tuple(was[hunk_id] for hunk_id in was if hunk_id in changed),
        moved,
        tuple(_text_before(path, texts[path], texts_now[path]) for path in said),
        {path: gone.get(path) for path in {*gone, *gone_now} if not _is_same(gone.get(path), gone_now.get(path))},
        orders,
        places,
        undone,
        done,
    )


def _reordered(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in sorted({*before, *after}):
        if before.get(path, ()) != after.get(path, ()):
            yield path, before.get(path, ())


def _runs(
    after: ReviewState,
    was: Mapping[str, ChangeHunk],
    now: Mapping[str, ChangeHunk],
    others: set[str],
    orders: Mapping[str, object],
) -> Iterator[Moved]:
    for path, ids in after.order.items():
        first = count = moved = 0
        for at, hunk_id in enumerate(ids if path not in orders else ()):
            lines = was[hunk_id].start - now[hunk_id].start
            if hunk_id not in others or lines == 0 or not _is_shifted(now[hunk_id], was[hunk_id], lines):
                continue
            if count and (first + count, moved) == (at, lines):
                count += 1
                continue
            if count:
                yield Moved(path, first, count, moved)
            first, count, moved = at, 1, lines
        if count:
            yield Moved(path, first, count, moved)


def _is_shifted(now: ChangeHunk, was: ChangeHunk, lines: int) -> bool:
    """Whether `_shifted` gives what it was; asked of all hunks below each one that is accepted."""
    home = now.home if now.home < 0 else now.home + lines
    is_there = (now.start + lines, now.end + lines, home) == (was.start, was.end, was.home)
    return is_there and _UNMOVED(now) == _UNMOVED(was)


def _shifted(hunk: ChangeHunk, lines: int) -> ChangeHunk:
    home = hunk.home if hunk.home < 0 else hunk.home + lines
    return hunk.moved_to(hunk.start + lines, hunk.end + lines, home, hunk.state)


def _text_before(path: str, before: LinedText | None, after: LinedText | None) -> TextBefore:
    if before is None or after is None:
        return TextBefore(path, (), None if before is None else before.text, True)
    mine, theirs = before.apart(after)
    old, new, first = before[mine], after[theirs], theirs.start
    changes = (
        LinesBefore(first + change.old.start, first + change.old.end, "".join(old[change.new.start : change.new.end]))
        for change in diff_line_lists(new, old)
    )
    return TextBefore(path, tuple(changes), None, False)


def _places(before: ReviewState, after: ReviewState) -> Iterator[PlaceBefore]:
    """The changes that have gone along with a renamed file."""
    for was, now in zip(before.change_sets, after.change_sets, strict=True):
        if was is now:
            continue
        pairs = zip(now.base_texts, was.base_texts, strict=True)
        renamed = {new: old for new, old in pairs if new != old}
        for number, (one, other) in enumerate(zip(was.files, now.files, strict=True)):
            if one.path != other.path:
                yield PlaceBefore(was.change_set_id, number, one.path, renamed)


def _given_back(
    change_set: ChangeSet, hunks: Mapping[str, ChangeHunk], places: Mapping[tuple[str, int], PlaceBefore]
) -> ChangeSet:
    files, renamed = [], dict[str, str]()
    for number, change in enumerate(change_set.files):
        place = places.get((change_set.change_set_id, number))
        if place is not None:
            change = replace(change, path=place.path)
            renamed.update(place.renamed)
        if any(hunk.hunk_id in hunks for hunk in change.hunks):
            change = replace(change, hunks=tuple(hunks.get(each.hunk_id, each) for each in change.hunks))
        files.append(change)
    if all(one is other for one, other in zip(files, change_set.files, strict=True)):
        return change_set
    base = {renamed.get(path, path): text for path, text in change_set.base_texts.items()}
    return replace(change_set, files=tuple(files), base_texts=base)


def _exchanged(before: Sequence[WayBack], after: Sequence[WayBack]) -> tuple[tuple[WayBack, ...], tuple[str, ...]]:
    """The ways back that there are no more, but for those that were too many, and the digests of those that are new."""
    if len(after) == KEPT_STEPS:
        while before and not any(before[0] is each for each in after):
            before = before[1:]
    same = 0
    while same < min(len(before), len(after)) and before[same] is after[same]:
        same += 1
    return tuple(before[same:]), tuple(map(_digest_of_step, after[same:]))


def _paths(state: ReviewState, hunk_ids: set[str]) -> set[str]:
    return {
        path
        for change_set in state.change_sets
        for change in change_set.files
        if any(hunk.hunk_id in hunk_ids for hunk in change.hunks)
        for path in _places_of(change)
    }


def _places_of(change: FileChange) -> tuple[str, ...]:
    return (change.path,) if change.old_path is None else (change.path, change.old_path)


def _digest_of(state: ReviewState, path: str) -> str:
    """How all stands that is about a path."""
    lined = state.texts.lined(path)
    said: list[object] = ["" if lined is None else lined.digest, *state.order.get(path, ())]
    for change_set in state.change_sets:
        for change in change_set.files:
            if path in _places_of(change):
                said += [_SAID(hunk) for hunk in change.hunks]
    return _digest(repr(said))


def _digest_of_step(step: WayBack) -> str:
    return _digest(repr((step.decided, [swap.start for swap in step.swaps], sorted(step.after.values()))))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_same(one: LinedText | None, other: LinedText | None) -> bool:
    if one is None or other is None or one is other:
        return one is other
    return one.length == other.length and one.digest == other.digest
