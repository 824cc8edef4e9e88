"""One's own changes as a model reads them: a diff with the numbers of the new lines, as much as there is room for.

What is never given to a model, and what git ignores, is not even read; what else is left out is named. Import this on
a worker: it loads pygit2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from copilot_desktop.credentials.masking import Masking
from copilot_desktop.errors import CopilotError, NeverSendError
from copilot_desktop.text.diff import LineChange
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.contents import read_sides
from copilot_desktop.workspace.git.lines import changed_lines
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.values import ChangeKind, FileSides, GitChange, Nature
from copilot_desktop.workspace.model_border import ModelBorder

_SIGNS: Final = str.maketrans({"\n": "␊", "\r": "␍", "\t": "␉"})
_PIECE_ROWS: Final = 150
"""Rows of a change that are sent or left out together."""
_LEAST_ROOM: Final = 48
"""Tokens: less hold no change with its heading and the lines around it."""
_LONGEST_ROW: Final = 2_000
_CONTEXT: Final = 8
_NO_ROOM: Final = "no room is left for it in what the model takes"
_OUTSIDE: Final = "it is outside of the opened folder"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A changed file of which nothing, or not all, is sent; `reason` goes on after "because" or a colon. `hidden`:
    where no model may see it, and the user can allow it."""

    path: str
    reason: str
    hidden: NeverSendError | None = None


@dataclass(frozen=True, slots=True)
class ShownChanges:
    """Changes as they are sent. `files`: name in the text → new text of those of which lines are shown; `paths` are
    the paths of names that are not them.

    `count`: of how many files anything is told, also of
    those that only have another name or mode.
    """

    text: str
    files: Mapping[str, str]
    left_out: tuple[LeftOut, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    count: int = 0


def read_for_model(
    repository: GitRepository, border: ModelBorder, changes: Iterable[GitChange]
) -> tuple[list[FileSides], list[LeftOut]]:
    """Both texts of the changed files that a model may see, and those it may not."""
    sides: list[FileSides] = []
    left_out: list[LeftOut] = []
    for change in changes:
        kept_back = _kept_back(repository, border, change)
        if kept_back is not None:
            left_out.append(kept_back)
            continue
        try:
            sides.append(read_sides(repository, change))
        except CopilotError as error:
            left_out.append(LeftOut(change.path, _clause(error.message)))
    return sides, left_out


def shown_changes(
    sides: Sequence[FileSides],
    left_out: Iterable[LeftOut],
    room: int,
    count_tokens: Callable[[str], int],
    masking: Masking,
) -> ShownChanges:
    """The changes as text of at most `room` tokens; files that do not fit are left out from where they do not."""
    found = list(left_out)
    texts: list[str] = []
    files: dict[str, str] = {}
    paths: dict[str, str] = {}
    # A key that is cut in two by the parts is still seen as a whole.
    masking.learn(text for each in sides for text in (each.old.text, each.new.text) if text)
    for each in sides:
        if room < _LEAST_ROOM:
            # Of hundreds of files most are not even compared.
            found.append(LeftOut(each.change.path, _NO_ROOM))
            continue
        heading, pieces = _heading(each), list(_pieces(each))
        used = count_tokens(heading)
        taken: list[str] = []
        for piece in pieces:
            bare = masking.mask(piece).text
            # Each word is a token at least: of what cannot fit nothing need be counted.
            tokens = len(bare.split())
            if used + tokens > room or used + (tokens := count_tokens(bare)) > room:
                break
            used += tokens
            taken.append(bare)
        if used > room or (pieces and not taken):
            found.append(LeftOut(each.change.path, _NO_ROOM))
            continue
        room -= used
        texts.append("\n".join([heading, *taken]))
        if len(taken) < len(pieces):
            found.append(LeftOut(each.change.path, f"only {len(taken)} of {len(pieces)} parts fit"))
        if taken:
            name = shown_name(each.change.path)
            files[name] = each.new.text or ""
            if name != each.change.path:
                paths[name] = each.change.path
    return ShownChanges("\n\n".join(texts), files, tuple(found), paths, len(texts))


def shown_name(path: str) -> str:
    """A path fit for a line of text: bytes that are no UTF-8 could not be sent, and line breaks would end it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace").translate(_SIGNS)


def _kept_back(repository: GitRepository, border: ModelBorder, change: GitChange) -> LeftOut | None:
    """Why a model may not see a file; None where it may. Nothing of it is read."""
    for path in (change.path, change.old_path):
        if path is None:
            continue
        if not path.startswith(repository.prefix):
            return LeftOut(change.path, _OUTSIDE)
        inner = path[len(repository.prefix) :]
        try:
            border.workspace.resolve(inner)
            border.refuse(inner)
        except CopilotError as error:
            hidden = error if isinstance(error, NeverSendError) and error.names else None
            return LeftOut(change.path, _clause(error.message.removeprefix(inner).strip()), hidden)
    return None


def _clause(sentence: str) -> str:
    words = sentence.strip().rstrip(".")
    return f"it {words}" if words.startswith(("looks", "is ", "leads")) else words[:1].lower() + words[1:]


def _heading(sides: FileSides) -> str:
    change = sides.change
    words = [str(change.kind)]
    if change.old_path is not None:
        words = [f"renamed from {shown_name(change.old_path)}"]
    elif change.kind is ChangeKind.UNTRACKED:
        words = ["new"]
    if change.mode_words:
        words.append(change.mode_words)
    if change.nature is not Nature.TEXT:
        words.append(str(change.nature))
    if sides.problem:
        words.append("its lines are not shown")
    return f"## {shown_name(change.path)} ({', '.join(words)})"


def _pieces(sides: FileSides) -> Iterator[str]:
    if sides.problem:
        return
    old, new = split_lines(sides.old.text or ""), split_lines(sides.new.text or "")
    width = len(str(len(new)))
    for group in _groups(changed_lines(old, new)):
        rows = list(_rows(old, new, group, width))
        for at in range(0, len(rows), _PIECE_ROWS):
            head = "…" if at == 0 else "… (goes on)"
            yield _encodable("\n".join([head, *rows[at : at + _PIECE_ROWS]]))


def _groups(changes: Sequence[LineChange]) -> list[list[LineChange]]:
    groups: list[list[LineChange]] = []
    for change in changes:
        if groups and change.old.start - groups[-1][-1].old.end <= 2 * _CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _rows(old: Sequence[str], new: Sequence[str], group: Sequence[LineChange], width: int) -> Iterator[str]:
    at = max(0, group[0].new.start - _CONTEXT)
    for change in group:
        for number in range(at, change.new.start):
            yield _row(f"{number + 1:>{width}}", " ", new[number])
        for line in old[change.old.start : change.old.end]:
            yield _row(" " * width, "-", line)
        for number in range(change.new.start, change.new.end):
            yield _row(f"{number + 1:>{width}}", "+", new[number])
        at = change.new.end
    for number in range(at, min(len(new), at + _CONTEXT)):
        yield _row(f"{number + 1:>{width}}", " ", new[number])


def _row(number: str, sign: str, line: str) -> str:
    text = without_ending(line).replace("\r", "␍").replace("\n", "␊")
    if len(text) > _LONGEST_ROW:
        text = f"{text[:_LONGEST_ROW]} … ({len(text) - _LONGEST_ROW} more characters)"
    return f"{number} {sign} {text}".rstrip()


def _encodable(text: str) -> str:
    """Names whose bytes are no UTF-8 have signs in them that no request can carry."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
