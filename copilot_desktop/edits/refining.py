"""Another version of pending hunks: an answer about the file with them in it, as changes of the file without them.

A model that is asked to change its proposal is shown the lines as they would be. What it answers is placed on that
text; here its hunks and the earlier ones are put together, so that the review goes on to hold changes of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.edits.extending import extended
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.edits.review import ReviewState, Texts
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_NEAR_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class Composed:
    """A change of the file that is made of earlier hunks, and of those that an answer put onto their text.

    `later` are the latter; none: the hunk is an earlier one, as it was.
    """

    hunk: Hunk
    later: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownLines:
    """Lines of a file with hunks in it, and the text that stands in their place without them."""

    lines: LineRange
    text: str
    before: str


def plain_hunk(path: str, hunk: ChangeHunk) -> Hunk:
    """A hunk of the review as the engine has them, in the lines of the file as it is."""
    return Hunk(
        path,
        hunk.start,
        hunk.end,
        hunk.new_text,
        hunk.strategy,
        hunk.confidence,
        hunk.needs_look,
        hunk.ignored,
        hunk.quoted,
    )


def with_hunks(base: str, hunks: Iterable[Hunk]) -> str:
    """The text with hunks in it, which stand apart."""
    lines, out, at = split_lines(base), list[str](), 0
    for hunk in sorted(hunks, key=_place):
        out += [*lines[at : hunk.start], hunk.new_text]
        at = hunk.end
    return "".join([*out, *lines[at:]])


def stand_apart(hunks: Iterable[Hunk]) -> bool:
    """Whether no two of the hunks change the same lines."""
    at = 0
    for hunk in sorted(hunks, key=_place):
        if hunk.start < at:
            return False
        at = hunk.end
    return True


def shown_lines(base: str, hunks: Sequence[Hunk]) -> tuple[ShownLines, ...]:
    """What of the text with the hunks in it is to be seen: their lines; of hunks near each other those between, too."""
    lines, after = split_lines(base), split_lines(with_hunks(base, hunks))
    groups: list[list[tuple[Hunk, int, int]]] = []
    for each in _on_text(hunks):
        if groups and each[0].start - groups[-1][-1][0].end <= _NEAR_LINES:
            groups[-1].append(each)
        else:
            groups.append([each])
    found = []
    for group in groups:
        start, end = group[0][1], group[-1][2]
        before = "".join(lines[group[0][0].start : group[-1][0].end])
        found.append(ShownLines(LineRange(start, end), "".join(after[start:end]), before))
    return tuple(found)


def composed(base: str, earlier: Sequence[Hunk], later: Sequence[Hunk]) -> tuple[Composed, ...]:
    """Changes of `base` that come to the same as the earlier hunks and after them the later ones.

    The later ones are in the lines of the text with the earlier ones in it. Those that meet become one; one that
    changes nothing in the end is among them, with the lines as they are.
    """
    placed = _on_text(earlier)
    after = split_lines(with_hunks(base, earlier))
    made = []
    for olds, news in _clusters(placed, later):
        if not news:
            made += [Composed(hunk) for hunk, _, _ in olds]
            continue
        start = min([*(at for _, at, _ in olds), *(hunk.start for hunk in news)])
        end = max([*(at for _, _, at in olds), *(hunk.end for hunk in news)])
        above = sum(_delta(hunk) for hunk, _, at in placed if at <= start and (hunk, _, at) not in olds)
        inside = sum(_delta(hunk) for hunk, _, _ in olds)
        out, at = list[str](), start
        for hunk in sorted(news, key=_place):
            out += [*after[at : hunk.start], hunk.new_text]
            at = hunk.end
        text = "".join([*out, *after[at:end]])
        made.append(Composed(_joined(start - above, end - above - inside, text, news), tuple(news)))
    return tuple(sorted(made, key=lambda each: _place(each.hunk)))


@dataclass(frozen=True, slots=True)
class KeptTo:
    """What of an answer is about some hunks: changes of the text with them in it, and those of the rest of it."""

    here: tuple[Hunk, ...]
    elsewhere: tuple[Hunk, ...]


def kept_to(lines: Sequence[str], places: Sequence[LineRange], later: Sequence[Hunk]) -> KeptTo:
    """Part the hunks of an answer into those that change lines of these places of a text and those that change others.

    A hunk of an answer may hold lines that stay, and so reach from one to the other: each run of changed lines counts
    for itself. One that begins in a place and goes on below it, or comes from above, is here.
    """
    here, elsewhere = list[Hunk](), list[Hunk]()
    for hunk in sorted(later, key=_place):
        for part in _runs(lines, hunk):
            (here if any(meets(part, place) for place in places) else elsewhere).append(part)
    return KeptTo(tuple(here), tuple(elsewhere))


def places_of(hunks: Iterable[Hunk]) -> tuple[LineRange, ...]:
    """The lines of the hunks in the text that has all of them, from top to bottom."""
    return tuple(LineRange(start, end) for _, start, end in _on_text(hunks))


def meets(hunk: Hunk, place: LineRange) -> bool:
    """Whether a hunk changes one of these lines, or puts lines beside them."""
    if hunk.start == hunk.end or place.start == place.end:
        return hunk.start <= place.end and place.start <= hunk.end
    return hunk.start < place.end and place.start < hunk.end


def _runs(lines: Sequence[str], hunk: Hunk) -> list[Hunk]:
    """The hunk as one for each run of lines that it changes."""
    new = split_lines(hunk.new_text)
    return [
        replace(
            hunk,
            start=hunk.start + change.old.start,
            end=hunk.start + change.old.end,
            new_text="".join(new[change.new.start : change.new.end]),
        )
        for change in diff_line_lists(lines[hunk.start : hunk.end], new)
    ]


def _joined(start: int, end: int, text: str, news: Sequence[Hunk]) -> Hunk:
    return Hunk(
        news[0].path,
        start,
        end,
        text,
        news[0].strategy,
        min(hunk.confidence for hunk in news),
        any(hunk.needs_look for hunk in news),
        "; ".join(dict.fromkeys(hunk.ignored for hunk in news if hunk.ignored)),
    )


def _on_text(hunks: Iterable[Hunk]) -> list[tuple[Hunk, int, int]]:
    """The hunks from top to bottom, each with its lines in the text that has all of them."""
    found, delta = [], 0
    for hunk in sorted(hunks, key=_place):
        length = len(split_lines(hunk.new_text))
        found.append((hunk, hunk.start + delta, hunk.start + delta + length))
        delta += _delta(hunk)
    return found


def _clusters(
    placed: Sequence[tuple[Hunk, int, int]], later: Sequence[Hunk]
) -> list[tuple[list[tuple[Hunk, int, int]], list[Hunk]]]:
    """Earlier and later hunks that meet; two earlier or two later ones that only touch stay apart."""
    every: list[tuple[int, int, tuple[Hunk, int, int] | Hunk]] = [(each[1], each[2], each) for each in placed]
    every += [(hunk.start, hunk.end, hunk) for hunk in later]
    found: list[tuple[list[tuple[Hunk, int, int]], list[Hunk]]] = []
    reach = -1
    for start, end, each in sorted(every, key=lambda item: item[:2]):
        is_later = isinstance(each, Hunk)
        touches = bool(found) and start == reach and bool(found[-1][0] if is_later else found[-1][1])
        if not found or not (start < reach or touches):
            found.append(([], []))
            reach = end
        reach = max(reach, end)
        if isinstance(each, Hunk):
            found[-1][1].append(each)
        else:
            found[-1][0].append(each)
    return found


def _delta(hunk: Hunk) -> int:
    return len(split_lines(hunk.new_text)) - (hunk.end - hunk.start)


def _place(hunk: Hunk) -> tuple[int, int]:
    return hunk.start, hunk.end


def version_of(state: ReviewState, change_set_id: str, hunk_ids: Collection[str]) -> ChangeSet | None:
    """The hunks as they stand now, as a change set of the texts of now; None where it is not in the review."""
    for each in state.change_sets:
        if each.change_set_id == change_set_id:
            kept = _with_only(each, lambda hunk: hunk.hunk_id in hunk_ids)
            paths = [change.path for change in kept.files]
            return replace(kept, base_texts={path: state.texts.get(path) for path in paths})
    return None


def only_hunks(change_set: ChangeSet, hunk_ids: Collection[str], turn_id: str) -> ChangeSet:
    """The part of a change set that a turn was about; what is said of the whole is not said of it."""
    part = _with_only(change_set, lambda hunk: hunk.hunk_id in hunk_ids)
    return replace(part, turn_id=turn_id, notes=(), failures=())


def with_version(state: ReviewState, hunk_ids: Collection[str], version: ChangeSet, texts: Texts) -> ReviewState:
    """The review with another version of undecided hunks of a change set; `texts` are the files' texts now.

    What was decided about stays. The version's hunks are brought from the texts that it was made from to those of now.
    """
    gone = {hunk.hunk_id for hunk in state.pending() if hunk.hunk_id in hunk_ids}
    # A file keeps its place among the others of the change set.
    paths = {change.path for change in version.files}
    sets = tuple(
        _with_only(each, lambda hunk: hunk.hunk_id not in gone, paths)
        if each.change_set_id == version.change_set_id
        else each
        for each in state.change_sets
    )
    order = {path: tuple(each for each in ids if each not in gone) for path, ids in state.order.items()}
    failures = next((each.failures for each in sets if each.change_set_id == version.change_set_id), ())
    state = extended(replace(state, change_sets=sets, order=order), replace(version, failures=failures), texts)
    # What was asked for it last is what the history tells.
    sets = tuple(
        replace(each, prompt=version.prompt) if each.change_set_id == version.change_set_id else each
        for each in state.change_sets
    )
    return replace(state, change_sets=sets)


def with_ids_from(made: ChangeSet, ids: dict[str, str]) -> ChangeSet:
    """The change set with other ids of hunks, by those they have."""

    def named(change: FileChange) -> FileChange:
        hunks = (replace(hunk, hunk_id=ids.get(hunk.hunk_id, hunk.hunk_id)) for hunk in change.hunks)
        return replace(change, hunks=tuple(hunks))

    return replace(made, files=tuple(named(change) for change in made.files))


def all_wait(state: ReviewState, hunk_ids: Collection[str]) -> bool:
    """Whether these hunks are in the review, and none of them is decided about."""
    waiting = {hunk.hunk_id for hunk in state.hunks() if hunk.decision is Decision.PENDING}
    return bool(hunk_ids) and waiting.issuperset(hunk_ids)


def _with_only(change_set: ChangeSet, is_kept: Callable[[ChangeHunk], bool], paths: Collection[str] = ()) -> ChangeSet:
    """The change set with some of its hunks; files without any go, but for those of `paths`."""
    files = []
    for change in change_set.files:
        hunks = tuple(hunk for hunk in change.hunks if is_kept(hunk))
        if hunks or change.path in paths:
            files.append(change if hunks == change.hunks else replace(change, hunks=hunks))
    return replace(change_set, files=tuple(files))
