"""What the lines above a block say about its file: they name it, say nothing of it, or leave in doubt which it is.

A line that stands right above a block names its file unless it plainly is prose. Where it cannot be told which file
that is, the block is refused: passed over, it would go to the file of the block before, which may have the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, Literal

from copilot_desktop.edits.formats.names import (
    Bare,
    are_slashed_words,
    bare_line,
    bare_word,
    is_product,
    is_surely_file,
    is_well_known,
    known_path,
    link_target,
    name_in_line,
    named_by_attribute,
    opens_sentence,
)
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.values import dataclass

_LONGEST = 600
"""Characters of a line beyond which it is a paragraph, of which only the end is looked at."""
_SHOWN = 80
_SEGMENT = re.compile(
    r"`([^`\n]{1,300})`|\*\*([^*\n]{1,300})\*\*|\"([^\"\n]{1,300})\"|“([^”\n]{1,300})”|«([^»\n]{1,300})»"
    r"|‘([^’\n]{1,300})’|<([^<>/\n][^<>\n]{0,300})>"
)
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\(<?([^()<>\n]{1,300})>?\)")
_LANGUAGE = re.compile(r"[\w+#\-]{1,40}")
_SLASHED = re.compile(r"[\w)\]}>][/\\]+[\w(\[$@.]")
_FROM_FOLDER = re.compile(r"(?:~|\.{1,2})[/\\]\w")
_FOLDER = re.compile(r".*\w{2}[/\\]")
_FROM_ROOT = re.compile(r"/\w")
_DOTTED = re.compile(r"[\w\-]{2,100}\.[A-Za-z]\w{0,15}")
_DOT_FILE = re.compile(r"\.[a-z][\w.\-]{1,60}")
_OF_OBJECT = re.compile(r"(?:self|this|cls|super)\b")
_CODE = re.compile(r"[()=;{}+&]|::|->")
_ENDS: Final = (".", ":", "!", "?", "…", "：", "。", "！", "？")

_Kind = Literal["known", "file", "path"]


@dataclass(frozen=True, slots=True)
class Naming:
    """The file of a block. `path` None and no `doubt`: no line names one.

    `doubt` are the words that may name a file, where it cannot be told which.
    """

    path: str | None = None
    doubt: str = ""

    def __bool__(self) -> bool:
        return self.path is not None or bool(self.doubt)

    @property
    def problem(self) -> tuple[Reason, str] | None:
        """Why a block below such a line is refused."""
        if not self.doubt:
            return None
        shown = self.doubt if len(self.doubt) <= _SHOWN else f"{self.doubt[: _SHOWN - 1]}…"
        return "no_path", (
            f"Which file the block is for cannot be told: “{shown}” above it names none that is known, or more than "
            "one. Give its path alone on the line above the block."
        )


NOTHING: Final = Naming()
"""No line names a file."""


@dataclass(frozen=True, slots=True)
class _Mention:
    text: str
    kind: _Kind
    is_at_edge: bool


def naming_of(line: str, known: Collection[str], block: str = "", *, is_alone: bool = True) -> Naming:
    """What the line right above a block says. `block` is the text it may quote from; `is_alone`: it is no end of a
    paragraph."""
    if len(line) > _LONGEST:
        line = line[-_LONGEST // 2 :].partition(" ")[2]
        is_alone = False
    name = name_in_line(line, known)
    if name is not None:
        return Naming(name)
    read = bare_line(line)
    found = _mentions(line, read, known, block)
    names = {each.text for each in found if each.kind == "known"}
    others = [each for each in found if each.kind != "known"]
    if len(names) == 1 and not others:
        return Naming(names.pop())
    if not names and len({each.text for each in others}) == 1 and others[0].kind == "file" and others[0].is_at_edge:
        return Naming(others[0].text)
    if found or not _is_prose(line, read, known, block, is_alone=is_alone):
        return Naming(doubt=read.text or line.strip())
    return Naming()


def naming_over(line: str, known: Collection[str]) -> Naming:
    """What a line over another one says: a sentence may tell of any file; names and signs stand for one."""
    if len(line) > _LONGEST:
        return Naming()
    name = name_in_line(line, known)
    if name is not None:
        return Naming(name)
    read = bare_line(line)
    found = _mentions(line, read, known, "")
    names = {each.text for each in found if each.kind == "known"}
    if len(names) == 1:
        return Naming(names.pop())
    begins = bool(found) and read.text.startswith(found[0].text)
    is_name = read.is_quoted or read.is_label or begins
    is_sentence = line.rstrip().endswith((".", "。", "!")) and not read.is_quoted
    return Naming(doubt=read.text) if names or (found and is_name and not is_sentence) else Naming()


def naming_on_fence(info: str, known: Collection[str]) -> Naming:
    """What stands behind the language on a fence."""
    text = info.strip()
    if not text or len(text) > _LONGEST:
        return NOTHING
    if _LANGUAGE.fullmatch(text):
        return Naming(text) if text in known else NOTHING
    name = name_in_line(text, known)
    if name is not None:
        return Naming(name)
    named = named_by_attribute(text)
    return Naming(doubt=text) if named is not None or _is_slashed(text) else Naming()


def _mentions(line: str, read: Bare, known: Collection[str], block: str) -> list[_Mention]:
    """The files a line tells of, in order; what the block itself has in it is code."""
    is_whole = read.is_quoted or read.is_label or len(read.text.split()) == 1
    if is_whole and read.text:
        kind = _kind(read.text, known)
        return [] if kind is None else [_Mention(known_path(read.text, known) or read.text, kind, True)]
    parts: list[tuple[int, str]] = []

    def taken(found: re.Match[str]) -> str:
        text = link_target(found[1], found[2]) if found.re is _LINK else next(filter(None, found.groups()))
        if "://" not in text and (_kind(text, known) == "known" or _is_one_name(text)):
            parts.append((found.start(), text.strip()))
            return " " * len(found[0])
        return found[0] if found.re is not _LINK else " " * len(found[0])

    rest = _SEGMENT.sub(taken, _LINK.sub(taken, line))
    parts += [(at, name) for name in known if " " in name and (at := rest.find(name)) >= 0]
    parts += [(found.start(), word) for found in re.finditer(r"\S+", rest) if (word := bare_word(found[0]))]
    bare = line.strip().strip("#*`:.- 0123456789\"'“”")
    mentions = []
    for _, text in sorted(parts):
        kind = _kind(text, known) or _kind_in_sentence(text, block)
        is_at_edge = bare.startswith(text) or bare.endswith(text)
        if kind is None or (not is_at_edge and (_FROM_ROOT.match(text) or _is_behind_url(line, text))):
            continue
        if kind == "path" and (_stands_in(text, block) or _are_initials(text)):
            continue
        mentions.append(_Mention(known_path(text, known) or text, kind, is_at_edge))
    return [each for each in mentions if not _is_part(each, mentions)]


def _is_behind_url(line: str, text: str) -> bool:
    """Whether a word may be the end of an address with a blank in it."""
    words = line[: line.find(text)].split()
    return bool(words) and "://" in words[-1]


def _is_part(mention: _Mention, mentions: Sequence[_Mention]) -> bool:
    """Whether a word is one of a longer known name."""
    return any(
        each.kind == "known" and mention.text != each.text and mention.text in each.text.split() for each in mentions
    )


def _is_one_name(text: str) -> bool:
    """Whether a quoted text is one name, and not words with a name among them."""
    words = text.split()
    return len(words) == 1 or (bool(words) and (is_surely_file(words[0]) or _is_slashed(words[0])))


def _kind(text: str, known: Collection[str]) -> _Kind | None:
    if known_path(text, known) is not None:
        return "known"
    if "://" in text:
        return None
    if is_surely_file(text):
        return "file"
    return "path" if _is_slashed(text) else None


def _kind_in_sentence(text: str, block: str) -> _Kind | None:
    """Whether a word of a sentence may be a name by itself: of well-known files, or with an unknown extension."""
    if is_well_known(text) or _DOT_FILE.fullmatch(text):
        return "path"
    if not _DOTTED.fullmatch(text) or not text[0].islower() or _OF_OBJECT.match(text) or is_product(text):
        return None
    # The parts of code are what the block is about.
    return None if any(_stands_in(part, block) for part in text.split(".")) else "path"


def _are_initials(text: str) -> bool:
    return all(part.isupper() and len(part) < 5 for part in text.split("/"))


def _is_slashed(text: str) -> bool:
    """Whether a text has folders in it."""
    if "://" in text or are_slashed_words(text):
        return False
    starts = _FROM_FOLDER.match(text) or _FROM_ROOT.match(text)
    return bool(starts or _SLASHED.search(text) or _FOLDER.fullmatch(text))


def _is_prose(line: str, read: Bare, known: Collection[str], block: str, *, is_alone: bool) -> bool:
    """Whether a line without any path in it is a sentence, a heading or code, and no name of another file."""
    text = read.text
    words = text.split()
    if not any(char.isalpha() for char in text):
        return True
    if _is_nearly_known(text, known) or read.is_label or is_well_known(text):
        return False
    if _stands_in(text, block) or _CODE.search(text) or are_slashed_words(text):
        return True
    if read.is_quoted:
        return False
    if len(words) == 1 and _DOTTED.fullmatch(text) and not _OF_OBJECT.match(text):
        return False
    if " / " in text and len(words) <= 5 and not line.rstrip().endswith(_ENDS):
        return False
    if not is_alone or not text[0].islower() or len(words) > 3 or opens_sentence(words[0]):
        return True
    # A few words in small letters are a name as well as a part of a sentence: only its end, or the sign of a list or a
    # comment before it, tells them apart.
    is_item = read.sign not in ("", "##", "###", "####")
    return len(words) > 1 and (is_item or line.rstrip().rstrip("*_`").endswith(_ENDS))


def _is_nearly_known(text: str, known: Collection[str]) -> bool:
    """Whether a text is the name of a known file but for its folder, its extension or the case of letters."""
    text = clean_path(text).casefold()
    for path in known:
        name = path.casefold().rpartition("/")[2]
        if text in (name, name.rpartition(".")[0] or name):
            return True
    return False


def _stands_in(text: str, block: str) -> bool:
    at = block.find(text)
    while at >= 0:
        end = at + len(text)
        if not (block[at - 1 : at].isalnum() and text[0].isalnum()) and not (
            block[end : end + 1].isalnum() and text[-1].isalnum()
        ):
            return True
        at = block.find(text, at + 1)
    return False
