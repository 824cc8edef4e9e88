"""Diffs without heading or header: a fence in which lines come and go, and nothing says of which place.

They are read as any other diff once a heading stands above them, which `with_headings` puts there. Fences hold lists,
traces of a shell and what speaks for and against something as well: those are left as they are. A change that is meant
is never passed over; what only tells of another block of the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from copilot_desktop.edits.formats.naming import naming_on_fence
from copilot_desktop.edits.formats.rewriting import KnownTexts
from copilot_desktop.edits.formats.unified_diff import HEADING_IN_DOUBT, IMPLIED_HEADING
from copilot_desktop.edits.formats.whole_file import ABOVE_FENCE, closes_fence, fence_name, open_fence
from copilot_desktop.edits.placing.placeholders import is_elision
from copilot_desktop.text.lines import without_ending
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_INFO = re.compile(r"(diff|patch|udiff)(?:[ :\t]+(.*))?")
_DIFF_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})(?:diff|patch|udiff)\b", re.MULTILINE)
_EXPECTED, _RECEIVED = re.compile(r"- Expected\b"), re.compile(r"\+ Received\b")
_SENTENCE = re.compile(r"[ \t]?(?:[^\w\s]{1,3} )?[A-Z][\w'’]*(?: [\w'’,.()&/%\-–:]+)+[!?]?")
_CODE = re.compile(r"\w\(|[={}<>;]|\w_\w|::|->|^[ \t]{2,}\S")
_WORD = re.compile(r"\w+")
_TELLING = 5
"""Visible characters from which a line that stands in a file says that the file is meant."""
_COMPARED = 20
"""Blocks of code with a line that comes, which are looked at for all of them."""
_MARKS: Final = ("-", "+", " ")
_CHANGED: Final = ("-", "+")
_OF_DIFFS: Final = (".diff", ".patch")


@dataclass(frozen=True, slots=True)
class _Bare:
    """A fence and its lines, without those of the fence and its indentation. `name`: what stands on the fence."""

    lines: LineRange
    body: tuple[str, ...]
    signs: str
    is_diff: bool
    name: str
    is_closed: bool

    def marked(self, mark: str) -> list[str]:
        """The lines that go or come, without mark and end; blank ones aside."""
        return [bare for line in self.body if line[:1] == mark and (bare := line[1:].strip())]


def has_bare_diff(answer: str) -> bool:
    """Whether lines come or go in a fence of diff."""
    found = _DIFF_FENCE.search(answer)
    return found is not None and ("\n-" in answer[found.end() :] or "\n+" in answer[found.end() :])


def with_headings(lines: Sequence[str], regions: Sequence[LineRange], files: Mapping[str, str]) -> str | None:
    """The answer with a heading above each change that has none; None where there is no such change.

    `regions` are the lines of its blocks with marks.
    """
    if not any(line[:1] in ("-", "+") or line.lstrip(" \t")[:1] in ("-", "+") for line in lines):
        return None
    texts = KnownTexts(files)
    changes: list[_Bare] = []
    others: list[_Bare] = []
    for fence in _fences(lines, regions):
        (changes if _is_change(fence, lines, texts) else others).append(fence)
    told = _Told(lines, regions, [each.body for each in others])
    changes = [each for each in changes if not told.tells_of(each)]
    if not changes:
        return None
    made: list[str] = []
    at = 0
    for change in changes:
        made += [*lines[at : change.lines.start], *_with_heading(change, lines, texts)]
        at = change.lines.end
    return "".join([*made, *lines[at:]])


def _fences(lines: Sequence[str], regions: Sequence[LineRange]) -> Iterator[_Bare]:
    """The fences without any block with marks in them."""
    ends = {region.start: region.end for region in regions}
    at, start, signs, info, is_taken = 0, 0, "", "", False
    while at < len(lines):
        if at in ends:
            at, is_taken = max(at + 1, ends[at]), True
            continue
        if signs and closes_fence(lines[at], signs):
            if not is_taken:
                yield _bare(lines, LineRange(start, at + 1), signs, info, is_closed=True)
            signs = ""
        elif not signs and (opened := open_fence(lines[at])):
            (signs, info), start, is_taken = opened, at, False
        at += 1
    if signs and not is_taken:
        yield _bare(lines, LineRange(start, len(lines)), signs, info, is_closed=False)


def _bare(lines: Sequence[str], taken: LineRange, signs: str, info: str, *, is_closed: bool) -> _Bare:
    opening = lines[taken.start]
    indent = len(opening) - len(opening.lstrip(" \t"))
    body = lines[taken.start + 1 : taken.end - is_closed]
    if indent:
        body = [line[indent:] if not line[:indent].strip() else line for line in body]
    found = _INFO.fullmatch(info.strip())
    return _Bare(taken, tuple(body), signs, found is not None, (found[2] or "") if found else info.strip(), is_closed)


def _is_change(fence: _Bare, lines: Sequence[str], texts: KnownTexts) -> bool:
    """Whether lines of a fence are meant to go and to come."""
    gone, come = fence.marked("-"), fence.marked("+")
    said = [line for line in fence.body if line.strip()]
    if not (gone or come) or (not fence.is_diff and (fence.name or not gone or not come)):
        return False
    if len(said) > 1 and _EXPECTED.match(said[0]) and _RECEIVED.match(said[1]):
        return False  # what a test says
    if any(line.startswith(("@@", "*** ")) for line in said):
        return False
    stands = any(_is_telling(line) and texts.has_line(line) for line in gone)
    if not fence.is_diff:
        is_marked = all(line[:1] in ("-", "+", " ") or is_elision(line.strip()) for line in said)
        return is_marked and (stands or (_are_alike(fence.body) and any(_CODE.search(each) for each in [*gone, *come])))
    above = lines[max(0, fence.lines.start - ABOVE_FENCE) : fence.lines.start]
    named = fence_name(above, fence.name, texts.files, "".join(fence.body))
    if named.path is not None and named.path.endswith(_OF_DIFFS):
        return False  # the diff is the file
    if stands or named.path is not None or _are_alike(fence.body):
        return True
    return not all(_SENTENCE.fullmatch(without_ending(line[1:]).rstrip()) for line in said if line[0] in "+-")


def _is_telling(line: str) -> bool:
    return sum(not char.isspace() for char in line) >= _TELLING and any(char.isalpha() for char in line)


def _are_alike(body: Sequence[str]) -> bool:
    """Whether lines that go and those that come right after them share half of their words."""
    gone: set[str] = set()
    come: set[str] = set()
    for line in [*body, " "]:
        if line[:1] == "+":
            come.update(_WORD.findall(line))
            continue
        shared = len(gone & come)
        if shared >= 2 and shared * 2 >= min(len(gone), len(come)):
            return True
        if come or line[:1] != "-":
            gone, come = set(), set()
        if line[:1] == "-":
            gone.update(_WORD.findall(line))
    return False


class _Told:
    """What the other blocks of an answer change: a diff that says no more than they do is a summary of them."""

    def __init__(self, lines: Sequence[str], regions: Sequence[LineRange], bodies: Sequence[Sequence[str]]) -> None:
        marked = [line for region in regions for line in lines[region.start : region.end]]
        self._marked = {bare for line in marked for bare in (line.strip(), line[1:].strip())}
        self._bodies: dict[str, list[set[str]]] = {}
        for body in bodies:
            bare = {line.strip() for line in body}
            for line in bare:
                self._bodies.setdefault(line, []).append(bare)

    def tells_of(self, change: _Bare) -> bool:
        """Whether its lines go and come in the other blocks."""
        gone, come = set(change.marked("-")), set(change.marked("+"))
        if gone | come <= self._marked:
            return True
        some = self._bodies.get(next(iter(come), ""), [])[:_COMPARED] if come else []
        return any(come <= body and not gone & body for body in some)


def _with_heading(change: _Bare, lines: Sequence[str], texts: KnownTexts) -> list[str]:
    opening = lines[change.lines.start]
    end = opening[len(without_ending(opening)) :] or "\n"
    named = naming_on_fence(change.name, texts.files).path if change.name else None
    made = [] if named is None else [f"{named}{end}"]
    made.append(f"{change.signs}diff{end}")
    for part in _parts(change.body, texts):
        for heading, some in _headed(part):
            made += [f"{heading}{end}", *some]
    return [*made, f"{change.signs}{end}"] if change.is_closed else made


def _parts(body: Sequence[str], texts: KnownTexts) -> list[list[str]]:
    """The changes of a fence that stand apart: by an elision, or since two lines of the file follow each other in the
    fence alone. Lines around the last change stay with it."""
    parts: list[list[str]] = [[]]
    above = ""
    for line in body:
        bare = (line[1:] if line[:1] in _MARKS else line).strip()
        if line[:1] not in _CHANGED and is_elision(bare):
            parts.append([])
            above = ""
            continue
        if line[:1] not in ("+", "\\") and bare:
            if above and _has_change(parts[-1]) and _stand_apart(above, bare, parts[-1], texts):
                parts.append([])
            above = bare
        parts[-1].append(line)
    made: list[list[str]] = []
    for part in parts:
        if _has_change(part) or not made:
            made.append(part)
        else:
            made[-1] += part
    return [part for part in made if _has_change(part)]


def _stand_apart(above: str, below: str, part: Sequence[str], texts: KnownTexts) -> bool:
    """Whether two lines that go or stay do not follow each other in any file. Below a gap one of them is enough."""
    if texts.stand_together(above, below):
        return False
    stand = [texts.has_line(each) for each in (above, below)]
    return any(stand) if not part[-1].strip() else all(stand)


def _headed(part: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """A change under its heading. Where no line around it is given, what comes has a place only below what goes."""
    if any(line[:1] not in _CHANGED and line.strip() for line in part):
        yield IMPLIED_HEADING, part
        return
    if not any(line[:1] == "-" for line in part):
        # Blank lines between them come as well: taken for lines of the file, they would be a place.
        yield IMPLIED_HEADING, [line if line.strip() else f"+{line}" for line in part]
        return
    first = next(at for at, line in enumerate(part) if line[:1] == "-")
    if any(line[:1] == "+" for line in part[:first]):
        yield IMPLIED_HEADING, part[:first]
        part = part[first:]
    last = max(at for at, line in enumerate(part) if line[:1] in _CHANGED)
    gaps = (at for at, line in enumerate(part[:last]) if not line.strip())
    is_told = all(next(line for line in part[at:] if line.strip())[:1] == "-" for at in gaps)
    yield IMPLIED_HEADING if is_told else HEADING_IN_DOUBT, part


def _has_change(part: Sequence[str]) -> bool:
    return any(line[:1] in _CHANGED for line in part)
