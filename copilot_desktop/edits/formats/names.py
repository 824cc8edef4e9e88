"""File names as models write them: what a word or all of a line names, by its form and by resources/file_names.json."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection
from urllib.parse import unquote

from copilot_desktop.edits.paths import clean_path, is_reserved
from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

_PLAIN = re.compile(r"[\w.@+\-/\\:~()\[\]]{1,300}")
_SIMPLE = re.compile(r"[\w.][\w./\-]{0,200}")
_WITH_EXTENSION = re.compile(r"(?:.*[/\\])?[^/\\]*\.[A-Za-z0-9_\-]{1,16}")
# Digits behind the colon are a line of the file or a time of day.
_STREAM = re.compile(r"[\w.\-]{1,300}:[A-Za-z_][\w.$\-]{0,300}")
_LEAD = re.compile(
    r"(?i)(?:(?:new|updated?|create|edit|modified|existing) )?(?:file ?name|file ?path|file|path|title)"
    r"[*`]{0,4}\s*[:=]\s*"
)
_SIGN = re.compile(r"^(?:\d+[.)]|//|--|[-*+](?= )|<!--|/\*|>(?= ))\s*(?:\[[ xX]\]\s)?")
_REMARK = re.compile(
    r"[`*'\"]* \((?:new|updated?|changed|modified|edited|created?|existing|excerpt)(?: file)?\)[`*:]*$"
)
_RULES = re.compile(r"(?:=|-|_|\*|\|){1,9} (.{1,500}?) (?:=|-|_|\*|\|){1,9}")
"""A line between two signs, such as `=== a.py ===`."""
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\(<?([^()<>\n]{1,300})>?\)")
_TAG = re.compile(r"<\w[\w\-]{0,30}>([^<>\n]{1,300})</\w[\w\-]{0,30}>")
_WITH_PATH = re.compile(
    r"(?:<\w[\w\-]{0,30} )?(?:[\w\-]{1,30}=\S{1,80} ){0,3}(?:file ?name|file ?path|file|path|title|name|src)="
    r"(?:\"([^\"\n]{1,300})\"|'([^'\n]{1,300})'|([^\"'>\n]{1,300}))\s*/?>?"
)
_PAIRS = {"`": "`", '"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "„": "“", "<": ">", "(": ")", "{": "}"}
_LINE_OF_FILE = re.compile(r"(?:#L?\d{1,7}(?:-L?\d{1,7})?|:\d{1,7}(?:[-–:]\d{1,7})?|\?[\w=&]{1,30})$")
_WIDE = re.compile(r"[^\x00-\x1f\x7f<>|\"*?`\r\n]{1,300}")
"""What a name may be made of where all of the line is one."""
_FILE_NAME = re.compile(r"(?:.*/)?[^/]*[^/ ]\.([A-Za-z][A-Za-z0-9_\-]{0,15})")
_PUNCTUATION = ".,;:!?()[]{}*`'\"“”‘’…"


@dataclass(frozen=True, slots=True)
class Bare:
    """What is left of a line without the signs around it. `is_quoted`: these say that all of it is a name or code;
    `is_label`: they say that it is a name. `sign` is what stood before it: a `#`, a number, a comment's sign.
    """

    text: str
    is_quoted: bool = False
    is_label: bool = False
    sign: str = ""


def bare_line(line: str) -> Bare:
    """Take the signs off a line: of headings, lists and comments, quotes of any kind, a link's and a tag's."""
    text = line.strip()
    if _SIMPLE.fullmatch(text):
        return Bare(text)
    bare = text.lstrip("#").strip()
    sign = text[: len(text) - len(text.lstrip("#"))]
    found = _SIGN.match(bare)
    if found:
        sign = sign or found[0].strip()
        bare = bare[found.end() :]
    bare = bare.removesuffix("-->").removesuffix("*/").rstrip()
    if ruled := _RULES.fullmatch(bare):
        bare = ruled[1]
    bare = _REMARK.sub("", bare, count=1)
    is_quoted = is_label = False
    for _ in range(4):
        before = bare
        bare = bare.strip("* ").rstrip(":;,").strip("* ")
        lead = _LEAD.match(bare)
        if lead:
            bare, is_label = bare[lead.end() :].strip("* "), True
        if inner := _unwrapped(bare):
            is_quoted = is_quoted or bare[0] not in "({"
            sign = sign or bare[0]
            bare = inner
        elif named := named_by_attribute(bare) or _linked(bare):
            bare, is_label = named, True
        if bare == before:
            break
    return Bare(bare, is_quoted, is_label, sign)


def _unwrapped(text: str) -> str | None:
    """What stands between quotes or brackets that hold all of a text; a tag is no such bracket."""
    end = _PAIRS.get(text[:1])
    if end is None or len(text) < 3 or not text.endswith(end):
        return None
    inner = text[1:-1]
    if text[0] in inner or end in inner:
        return None
    if text[0] == "<" and (inner.startswith("/") or inner.endswith("/") or "=" in inner):
        return None
    return inner.strip() or None


def named_by_attribute(text: str) -> str | None:
    """The name in `<file path="a.py">` and in `title=a.py`."""
    found = _WITH_PATH.fullmatch(text)
    return None if found is None else (found[1] or found[2] or found[3] or "").strip() or None


def _linked(text: str) -> str | None:
    """The target of a link that all of a text is, or what stands between two tags."""
    if tagged := _TAG.fullmatch(text):
        return tagged[1].strip()
    link = _LINK.fullmatch(text)
    return None if link is None else link_target(link[1], link[2])


def link_target(label: str, target: str) -> str:
    """The file a link in a text means: a target elsewhere says less than the label."""
    return label.strip("`* ") if "://" in target else unquote(target)


def known_path(text: str, known: Collection[str]) -> str | None:
    """The known file a text is, also with the line of it behind."""
    cleaned = clean_path(text)
    if cleaned in known:
        return cleaned
    cleaned = clean_path(_LINE_OF_FILE.sub("", text))
    return cleaned if cleaned in known else None


def name_in_line(line: str, known: Collection[str]) -> str | None:
    """Return the file name a line consists of."""
    if len(line) > 600:
        return None
    read = bare_line(line)
    bare = read.text
    if not bare:
        return None
    found = known_path(bare, known)
    if found is not None:
        return found
    if _PLAIN.fullmatch(bare) and not bare.endswith((".", "...")) and _looks_like_file(bare):
        return bare
    is_marked = read.is_quoted or read.is_label or f"**{bare}**" in line
    if is_reserved(bare) or _STREAM.fullmatch(bare) or _is_wide_name(clean_path(bare), is_marked=is_marked):
        # No file can have it, or none has it: but it is what the block is for. Passed over, the block would go to
        # another file.
        return bare
    return None


def _looks_like_file(name: str) -> bool:
    if _WITH_EXTENSION.fullmatch(name) or is_well_known(name):
        return True
    return "/" in name and "://" not in name and not are_slashed_words(name)


def is_well_known(name: str) -> bool:
    """Whether files have this name, though it has no extension."""
    return name in _words("without_extension")


def are_slashed_words(text: str) -> bool:
    """Whether the slash in a text is one between words or numbers, as in `and/or` and `2/3`."""
    parts = sorted(text.strip(_PUNCTUATION).casefold().split("/"))
    return "/".join(parts) in _words("slashed_words") or all(part.strip().isdigit() for part in parts)


def opens_sentence(word: str) -> bool:
    """Whether sentences and commands begin with a word, and names hardly ever."""
    return word.casefold() in _words("first_words")


def is_surely_file(name: str) -> bool:
    """Whether a name is that of a file, and not one of code such as `self.items`."""
    found = _FILE_NAME.fullmatch(name) if _WIDE.fullmatch(name) and "://" not in name else None
    if found is None:
        return is_well_known(name.rpartition("/")[2]) and "/" in name and "://" not in name
    if is_product(name):
        return False
    return found[1].lower() in _words("extensions") or ("/" in name and not name.startswith("/"))


def is_product(name: str) -> bool:
    """Whether a name with a dot is that of a product, such as `Node.js`."""
    return name.casefold() in _words("products")


def _is_wide_name(name: str, *, is_marked: bool) -> bool:
    """Whether all of a line is a name with blanks or unusual signs in it, and no sentence that has one in it."""
    if not is_surely_file(name):
        return False
    words = name.split()
    if opens_sentence(words[0]) or words[0].endswith((":", ",")):
        return False
    if any(is_surely_file(word.rstrip(",:;")) for word in words[:-1]) or (" - " in name and "/" not in words[0]):
        # More than one name, or one and words about it.
        return False
    # Below a folder, and where the name is marked as one, words of sentences may be part of it.
    is_certain = len(words) == 1 or is_marked or "/" in words[0]
    return is_certain or _words("joining_words").isdisjoint(word.casefold() for word in words)


def bare_word(word: str) -> str:
    """A word of a sentence without the punctuation around it; a name may begin with a dot or a bracket."""
    word = word.strip("*`'\"“”‘’(,;:!?<>«»|…").rstrip(_PUNCTUATION.replace("]", "").replace(")", ""))
    return word.rstrip(")") if "(" not in word else word


@functools.cache
def _words(group: str) -> frozenset[str]:
    with resource_path("file_names.json").open(encoding="utf-8") as file:
        table: dict[str, str] = json.load(file)
    return frozenset(table[group].split())
