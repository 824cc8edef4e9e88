"""Shortened code on one text: the hunks it becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.indentation import Shift, indent_of, width_of
from copilot_desktop.edits.placing.indexed_lines import IndexedLines, TooMuchWorkError
from copilot_desktop.edits.placing.lazy import NotPlacedError, Splice, splices
from copilot_desktop.edits.placing.lazy_tree import Tree, code_tree, file_tree
from copilot_desktop.edits.placing.left_out import left_out
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.replacing import ending_near
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import line_ending_of, split_lines, without_ending

_CONFIDENCE = 0.85
_STEPS = 50
"""Work for each line of the file."""
_ALWAYS = 20
"""Blocks that are placed however large the file is."""
_IGNORED = "parts that the answer leaves out stay as they are"


def place_lazy(intent: Intent, path: str, lines: IndexedLines) -> Placement:
    """Place shortened code by the definitions it names, and by the lines it shares with the file."""
    code = split_lines(intent.new)
    gaps = left_out(code, lines.stripped)
    readable = [_readable(path, line) if is_gap else line for line, is_gap in zip(code, gaps, strict=True)]
    try:
        found = splices(_tree_of(path, lines), code_tree(path, readable), gaps)
    except TooMuchWorkError:
        return Placement(reason="not_found", message=f"{path}: there are too many blocks of shortened code to place.")
    except NotPlacedError as error:
        return Placement(reason=error.reason, message=f"{path}: {error.message}")
    hunks = [hunk for splice in found for hunk in _hunks(path, splice, code, gaps, lines)]
    if not hunks:
        # Something was meant to change: what is not mentioned may have been meant to go.
        message = f"{path}: the shortened code says nothing but what stands in the file already."
        return Placement(reason="ambiguous", message=message)
    return Placement(tuple(hunks))


def _tree_of(path: str, lines: IndexedLines) -> Tree:
    """The file's tree, made once. Raises TooMuchWorkError: each block goes through all of the file."""
    lines.spend(min(_STEPS * len(lines), lines.limit // _ALWAYS))
    if path not in lines.trees:
        lines.trees[path] = file_tree(path, lines)
    return lines.trees[path]


def _readable(path: str, line: str) -> str:
    """What stands for others, as code: in Python a statement, since nothing else says what its indentation is in."""
    statement = indent_of(line) + "pass" if path.endswith((".py", ".pyi", ".pyw")) else ""
    return statement + line_ending_of(line)


def _hunks(
    path: str, splice: Splice, code: Sequence[str], gaps: Sequence[bool], lines: Sequence[str]
) -> Iterator[Hunk]:
    base = min((width_of(indent_of(line)) for line in code if line.strip()), default=0)
    there = lines[splice.start : splice.end]
    own = _indented(_spaced_as(there, splice, code, gaps), there, base)
    for change in diff_line_lists([line.rstrip() for line in there], [line.rstrip() for line in own]):
        start, end = splice.start + change.old.start, splice.start + change.old.end
        ending = ending_near(lines, start)
        text = "".join(without_ending(line) + ending for line in own[change.new.start : change.new.end])
        if start == end == len(lines) and lines and not line_ending_of(lines[-1]):
            start, text = start - 1, lines[-1] + ending + text
        if end == len(lines) and lines and not line_ending_of(lines[-1]):
            text = without_ending(text)
        yield Hunk(path, start, end, text, "lazy", _CONFIDENCE, needs_look=True, ignored=_IGNORED)


def _spaced_as(there: Sequence[str], splice: Splice, code: Sequence[str], gaps: Sequence[bool]) -> Sequence[str]:
    """The code's lines of a splice; blank ones beside what is left out are the file's: their number says nothing."""
    own = code[splice.own_start : splice.own_end]
    if there and _is_gap(next((at for at in range(splice.own_start - 1, -1, -1) if code[at].strip()), None), gaps):
        own = _led_as(there, own)
    if there and _is_gap(next((at for at in range(splice.own_end, len(code)) if code[at].strip()), None), gaps):
        own = _led_as(there[::-1], own[::-1])[::-1]
    return own


def _is_gap(at: int | None, gaps: Sequence[bool]) -> bool:
    return at is not None and gaps[at]


def _led_as(there: Sequence[str], own: Sequence[str]) -> list[str]:
    """Lines with the blank ones another text begins with; above a line that is new it may have none."""
    first, file_first = (next((at for at, line in enumerate(each) if line.strip()), None) for each in (own, there))
    is_new = first is None or file_first is None or own[first].strip() != there[file_first].strip()
    if file_first == 0 and is_new:
        return list(own)
    return [*there[:file_first], *([] if first is None else own[first:])]


def _indented(own: Sequence[str], there: Sequence[str], base: int) -> Sequence[str]:
    """The code's lines as deep as the file's: as most lines both have, or line by line where one uses tabs.

    `base` is how deep all of the code is at least: what is deeper than that and not in the file was put deeper.
    """
    own = _in_units_of(there, own)
    bare_own, bare_there = [line.strip() for line in own], [line.strip() for line in there]
    pairs = []
    at = 0
    for change in [*diff_line_lists(bare_own, bare_there), None]:
        start = change.old.start if change else len(own)
        shift = (change.new.start - start) if change else len(there) - len(own)
        pairs += [
            (index, indent_of(own[index]), indent_of(there[index + shift]))
            for index in range(at, start)
            if bare_own[index]
        ]
        at = change.old.end if change else at
    if not pairs:
        return own
    if any(("\t" in model) != ("\t" in file) for _, model, file in pairs if model and file):
        shift_all = Shift(pairs, own)
        return [shift_all.carried_over(line, index, index) for index, line in enumerate(own)]
    # Most lines decide, since a bracket may meet another one; where some are as little deep as the code is, of these:
    # inside of a definition what stays may be deeper, or less deep, than it was.
    least = min(width_of(indent_of(line)) for line in own if line.strip())
    outer = [pair for pair in pairs if width_of(pair[1]) == least and any(map(str.isalnum, own[pair[0]]))] or pairs
    delta = Counter(width_of(file) - width_of(model) for _, model, file in outer).most_common(1)[0][0]
    if not delta or base + delta < 0:
        return own
    tab = "\t" in "".join(file for _, _, file in pairs)
    return [_moved(line, delta, tab) if line.strip() else line for line in own]


def _in_units_of(there: Sequence[str], own: Sequence[str]) -> Sequence[str]:
    """The code's lines indented by tabs where the file's are, and by as many blanks as they are."""
    mine, files = ([indent_of(line) for line in lines if line.strip() and indent_of(line)] for lines in (own, there))
    if not mine or not files or any("\t" in each for each in mine) == any("\t" in each for each in files):
        return own
    steps = [width_of(each) for each in files]
    unit = min(width_of(each) for each in mine)
    file_unit = "\t" if "\t" in files[0] else " " * min(steps)
    depths = [width_of(indent_of(line)) // unit if line.strip() else 0 for line in own]
    return [file_unit * depth + line.lstrip(" \t") for depth, line in zip(depths, own, strict=True)]


def _moved(line: str, delta: int, has_tabs: bool) -> str:
    indent = indent_of(line)
    width = max(0, width_of(indent) + delta)
    return ("\t" * (width // 4) + " " * (width % 4) if has_tabs else " " * width) + line[len(indent) :]
