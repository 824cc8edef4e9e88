"""The ways in which models damage the edits they write, seeded; each gives the answer and what must come of it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.indentation import found_indentation
from copilot_desktop.text.lines import split_lines
from tests.support.edit_histories import OldNew, RealEdit, put
from tests.support.edit_writers import BLOCK_FORMATS, WRITERS, Answer

_CHATTER = (
    "Sure, here is the change you asked for:\n",
    "I also looked at `util.py`, but nothing has to change there.\n\n",
    "Next, the other place. Note that `x = 1` stays as it is:\n\n",
    "This is it! Run the tests with:\n\n```bash\npytest -q\n```\n",
)
_WORD = re.compile(r"[A-Za-z_]{4,}|\d+")


@dataclass(frozen=True, slots=True)
class Damaged:
    """An answer, the files it is placed on, and the texts that are right; refusing may be all that is right."""

    answer: Answer
    files: dict[str, str]
    right: tuple[dict[str, str], ...]
    finished: bool = True
    may_refuse: bool = False


Chance = random.Random
Damage = Callable[[RealEdit, str, Chance], Damaged | None]


def _written(edit: RealEdit, name: str, blocks: Sequence[OldNew]) -> Damaged | None:
    if tuple(blocks) == edit.blocks:
        return None
    for block, damaged in zip(edit.blocks, blocks, strict=True):
        if block.old != damaged.old and "".join(damaged.old) in edit.before:
            # What the damage made of it stands elsewhere: it is another edit now, and a whole one.
            return None
    answer = WRITERS[name](edit.path, edit.before, blocks)
    return Damaged(answer, {edit.path: edit.before}, ({edit.path: edit.after},))


def _by_lines(change: Callable[[OldNew, Chance], OldNew | None]) -> Damage:
    def damage(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
        if name not in BLOCK_FORMATS:
            return None
        made = [change(block, chance) or block for block in edit.blocks]
        return _written(edit, name, made)

    return damage


def _mapped(block: OldNew, change: Callable[[str], str]) -> OldNew:
    return replace(block, old=tuple(map(change, block.old)), new=tuple(map(change, block.new)))


def _says_nothing(edit: RealEdit, name: str) -> bool:
    """Whether shortened code of an edit does not say what is meant: a part of it stands in the file as it is, or what
    it begins or ends with stands there twice, so that lines next to it may be gone or left out."""
    if name != "lazy_edit":
        return False
    text = _bare(edit.before)
    for block in edit.blocks:
        kept = _kept(block)
        head = sum(at == there == index for index, (at, there) in enumerate(kept))
        ends = [(len(block.old) - at, len(block.new) - there) for at, there in reversed(kept)]
        tail = sum(at == there == index + 1 for index, (at, there) in enumerate(ends))
        runs = ["".join(block.new[:head]), "".join(block.new[len(block.new) - tail :])]
        if "".join(block.new) in edit.before or any(run.strip() and text.count(_bare(run)) > 1 for run in runs):
            return True
    return False


def _bare(text: str) -> str:
    """The lines of a text without the blanks around them, each between two line ends."""
    return "\n" + "\n".join(line.strip() for line in split_lines(text)) + "\n"


def clean(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Nothing is damaged."""
    if _says_nothing(edit, name):
        return None
    answer = WRITERS[name](edit.path, edit.before, edit.blocks)
    return Damaged(answer, {edit.path: edit.before}, ({edit.path: edit.after},))


def wrong_line_numbers(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Line numbers off by up to a hundred, and wrong counts."""
    if name not in ("multi_search_replace", "unified_diff"):
        return None
    moved = [
        replace(block, start=max(0, block.start + chance.choice([-90, -7, -1, 2, 5, 60]))) for block in edit.blocks
    ]
    answer = WRITERS[name](edit.path, edit.before, moved)
    if name == "unified_diff" and chance.random() < 0.5:
        answer = re.sub(r",(\d+) @@", lambda found: f",{int(found[1]) + 2} @@", answer)
    return Damaged(answer, {edit.path: edit.before}, ({edit.path: edit.after},))


def _dedented(block: OldNew, chance: Chance) -> OldNew | None:
    lines = [line for line in block.old + block.new if line.strip()]
    margin = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)
    if margin:
        return _mapped(block, lambda line: line[margin:] if line.strip() else line)
    return None


def old_moved(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """The old text at the left, or with half the indentation, and the new one as deep as the file."""
    if name not in ("search_replace", "multi_search_replace", "old_new_string"):
        return None
    is_halved = chance.random() < 0.5

    def moved(block: OldNew) -> OldNew:
        widths = [len(line) - len(line.lstrip(" ")) for line in block.old]
        margin = min((width for width, line in zip(widths, block.old, strict=True) if line.strip()), default=0)
        gone = [width - width // 2 if is_halved else margin for width in widths]
        return replace(
            block, old=tuple(line[by:] if line.strip() else line for line, by in zip(block.old, gone, strict=True))
        )

    return _written(edit, name, [moved(block) for block in edit.blocks])


def tabs_for_blanks(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """A tab for each level where the file has blanks, and the other way round."""
    found = found_indentation(edit.before)
    if name not in BLOCK_FORMATS or found is None:
        return None
    if not is_code(edit.path) and not all(_is_indented(block.old) for block in edit.blocks):
        # In a text that may hold code of any kind nothing tells how new lines are indented.
        return None
    return _written(edit, name, [_tabbed(block, found.columns or 4) for block in edit.blocks])


def _is_indented(lines: Sequence[str]) -> bool:
    return any(line[:1] in " \t" for line in lines if line.strip())


def _tabbed(block: OldNew, columns: int) -> OldNew:
    def change(line: str) -> str:
        bare = line.lstrip(" \t")
        indent = line[: len(line) - len(bare)]
        if not bare.strip() or not indent:
            return line
        if "\t" in indent:
            return indent.replace("\t", "    ") + bare
        return "\t" * (len(indent) // columns) + " " * (len(indent) % columns) + bare

    return _mapped(block, change)


def _trailing(block: OldNew, chance: Chance) -> OldNew | None:
    """Blanks at the ends of lines the model did not change, in old and new alike."""
    kept = _kept(block)
    old, new = list(block.old), list(block.new)
    for at, there in kept:
        if old[at].endswith("\n") and chance.random() < 0.6:
            old[at] = new[there] = old[at][:-1].rstrip() + chance.choice([" ", "  ", "\t", ""]) + "\n"
    return replace(block, old=tuple(old), new=tuple(new))


def _quoted(block: OldNew, chance: Chance) -> OldNew | None:
    old = "".join(block.old)
    if not re.search(r"[\"']", old) or re.search("[“”‘’]", old + "".join(block.new)):
        return None
    for plain in "\"'":
        # A kind of quotes the old text lacks cannot be told to be meant plain.
        if plain in "".join(block.new) and plain not in old:
            return None

    def change(line: str) -> str:
        line = re.sub(r'(^|[\s(\[{=,:])"', r"\1“", line).replace('"', "”")
        return re.sub(r"(^|[\s(\[{=,:])'", r"\1‘", line).replace("'", "’")

    return _mapped(block, change)


def _stale(block: OldNew, chance: Chance) -> OldNew | None:
    """One line the model did not change is an older version: a word is another one, about as long."""
    kept = [(at, there) for at, there in _kept(block) if len(block.old[at].strip()) >= 16]
    if not kept or len(block.old) < 3:
        return None
    at, there = chance.choice(kept)
    line = block.old[at]
    words = list(_WORD.finditer(line))
    if not words:
        return None
    found = chance.choice(words)
    word = found[0]
    other = str(int(word) + chance.randint(1, 9)) if word.isdigit() else word[:-1] + chance.choice(["s", "ed", "x", ""])
    if other == word:
        return None
    line = line[: found.start()] + other + line[found.end() :]
    old, new = list(block.old), list(block.new)
    old[at] = new[there] = line
    return replace(block, old=tuple(old), new=tuple(new))


def _escaped(block: OldNew, chance: Chance) -> OldNew | None:
    if not re.search(r"[\"\\\t]", "".join(block.old)):
        return None
    return _mapped(
        block, lambda line: json.dumps(line.rstrip("\n"), ensure_ascii=False)[1:-1] + line[len(line.rstrip("\n")) :]
    )


def over_escaped(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Strings escaped once too often: all of it in tool arguments, quotes and backslashes in blocks."""
    if name != "old_new_string":
        return _by_lines(_escaped)(edit, name, chance)
    made = []
    for block in edit.blocks:
        texts = [json.dumps("".join(lines), ensure_ascii=False)[1:-1] for lines in (block.old, block.new)]
        if texts[0] == "".join(block.old):
            return None
        made.append({"path": edit.path, "old_string": texts[0], "new_string": texts[1]})
    return Damaged(made, {edit.path: edit.before}, ({edit.path: edit.after},))


def _kept(block: OldNew) -> list[tuple[int, int]]:
    """Lines that are in old and new alike, with their places in both."""
    pairs, at, shift = [], 0, 0
    for change in diff_line_lists(block.old, block.new):
        pairs += [(index, index + shift) for index in range(at, change.old.start)]
        at, shift = change.old.end, change.new.end - change.old.end
    return pairs + [(index, index + shift) for index in range(at, len(block.old))]


def elided_middle(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Lines in the middle of what is not changed are left out as dots."""
    if name not in BLOCK_FORMATS:
        return None
    lines = split_lines(edit.before)
    made = []
    for block in edit.blocks:
        above = lines[max(0, block.start - 6) : block.start]
        if len(above) < 6 or any(block.start - 6 < each.start + len(each.old) <= block.start for each in edit.blocks):
            return None
        if any(lines.count(line) > 1 for line in above[:2] if line.strip()) or not "".join(above[:2]).strip():
            return None
        indent = above[2][: len(above[2]) - len(above[2].lstrip())]
        head = (*above[:2], f"{indent}...\n", *above[-1:])
        made.append(OldNew(block.start - 6, head + block.old, head + block.new))
    return _written(edit, name, made)


def duplicated_nearby(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """What the first block looks for stands in the file a second time, a few lines below."""
    if name not in BLOCK_FORMATS:
        return None
    first = edit.blocks[0]
    lines = split_lines(edit.before)
    if lines and not lines[-1].endswith("\n"):
        return None
    end = first.start + len(first.old)
    gap = [f"separator line {index}\n" for index in range(chance.randint(1, 40))]
    copy = [*gap, *first.old]
    moved = [first, *(replace(block, start=block.start + len(copy)) for block in edit.blocks[1:])]
    before = "".join([*lines[:end], *copy, *lines[end:]])
    answer = WRITERS[name](edit.path, before, moved)
    return Damaged(answer, {edit.path: before}, ({edit.path: put(before, tuple(moved))},), may_refuse=True)


def missing_name(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Nothing says which file is meant: the only one, or one of two."""
    if _says_nothing(edit, name):
        return None
    answer = WRITERS[name](edit.path, edit.before, edit.blocks)
    if isinstance(answer, str):
        answer = answer.replace(f"--- a/{edit.path}\n+++ b/{edit.path}\n", "").replace(f"{edit.path}\n", "", 1)
        if name == "apply_patch":
            answer = (
                answer.replace("*** Update File: ", "").replace("*** Begin Patch\n", "").replace("*** End Patch\n", "")
            )
    else:
        answer = [{key: value for key, value in each.items() if key != "path"} for each in answer]
    files = {edit.path: edit.before}
    is_alone = chance.random() < 0.5
    if not is_alone:
        files["other/" + edit.path] = edit.before.replace("e", "a")
    return Damaged(answer, files, ({**files, edit.path: edit.after},), may_refuse=not is_alone)


def crlf_file(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    r"""The file's lines end in \r\n and the answer's in \n."""
    if _says_nothing(edit, name):
        return None
    before, after = (text.replace("\n", "\r\n") for text in (edit.before, edit.after))
    answer = WRITERS[name](edit.path, edit.before, edit.blocks)
    return Damaged(answer, {edit.path: before}, ({edit.path: after},))


def chatter(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """Talk before, between and after the blocks."""
    if _says_nothing(edit, name):
        return None
    if name == "old_new_string":
        return None
    parts = [edit.blocks] if name in ("lazy_edit", "whole_file") else [(block,) for block in edit.blocks]
    answer = ""
    for index, part in enumerate(parts):
        answer += _CHATTER[index % 3] + WRITERS[name](edit.path, edit.before, part) + "\n"
    return Damaged(answer + _CHATTER[3], {edit.path: edit.before}, ({edit.path: edit.after},))


def cut_off(edit: RealEdit, name: str, chance: Chance) -> Damaged | None:
    """The answer stops inside its last block."""
    answer = WRITERS[name](edit.path, edit.before, edit.blocks)
    before = WRITERS[name](edit.path, edit.before, edit.blocks[:-1])
    if isinstance(answer, str):
        closing = {"apply_patch": "*** End Patch\n", "lazy_edit": "````\n", "whole_file": "`````\n"}.get(name, "```\n")
        start = len(before) - len(closing) if name in BLOCK_FORMATS and edit.blocks[1:] else 1
        end = (
            answer.rstrip().rfind("\n")
            if name not in ("search_replace", "multi_search_replace")
            else answer.rfind(">>>>")
        )
        if start >= end:
            return None
        answer = answer[: chance.randint(start, end)]
    else:
        text = answer[-1]["new_string"]
        answer = [*answer[:-1], {**answer[-1], "new_string": text[: chance.randint(0, len(text))]}]
    some = {edit.path: put(edit.before, edit.blocks[:-1])}
    right = ({edit.path: edit.before}, some) if name in BLOCK_FORMATS else ({edit.path: edit.before},)
    return Damaged(answer, {edit.path: edit.before}, right, finished=False, may_refuse=True)


DAMAGES: dict[str, Damage] = {
    "clean": clean,
    "wrong line numbers": wrong_line_numbers,
    "lost indentation": _by_lines(_dedented),
    "old text moved": old_moved,
    "tabs for blanks": tabs_for_blanks,
    "trailing blanks": _by_lines(_trailing),
    "smart quotes": _by_lines(_quoted),
    "elided middle": elided_middle,
    "stale context": _by_lines(_stale),
    "duplicated nearby": duplicated_nearby,
    "missing name": missing_name,
    "CRLF file": crlf_file,
    "over-escaped": over_escaped,
    "chatter": chatter,
    "cut off": cut_off,
}
