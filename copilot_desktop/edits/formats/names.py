"""File names as models write them above or inside a block."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from copilot_desktop.edits.paths import clean_path, is_reserved

_PLAIN = re.compile(r"[\w.@+\-/\\:~()\[\]]{1,300}")
_WITH_EXTENSION = re.compile(r"(?:.*[/\\])?[^/\\]*\.[A-Za-z0-9_\-]{1,16}")
# Digits behind the colon are a line of the file or a time of day.
_STREAM = re.compile(r"[\w.\-]{1,300}:[A-Za-z_][\w.$\-]{0,300}")
_KNOWN_NAMES = frozenset({"Dockerfile", "Makefile", "LICENSE", "README", "Gemfile", "Rakefile", "Jenkinsfile"})
_LEAD = re.compile(
    r"(?i)(?:(?:new|updated?|create|edit|modified|existing) )?(?:file ?name|file ?path|file|path|title)\s*[:=]\s*"
)
_SIGN = re.compile(r"^(?:\d+[.)]|//|--|-(?= )|<!--|/\*)\s*")
_REMARK = re.compile(
    r"[`*'\"]* \((?:new|updated?|changed|modified|edited|created?|existing|excerpt)(?: file)?\)[`*:]*$"
)
_QUOTED = re.compile(r"`([^`\n]{1,300})`|\*\*([^*\n]{1,300})\*\*")

_WIDE = re.compile(r"[^\x00-\x1f\x7f<>|\"*?`\r\n]{1,300}")
"""What a name may be made of where all of the line is one."""
_FILE_NAME = re.compile(r"(?:.*/)?[^/]*[^/ ]\.([A-Za-z][A-Za-z0-9_\-]{0,15})")
_EXTENSION_WORDS: Final = """
    adoc asm astro bash bat bib c cc cfg cjs clj cmake conf cpp cs csproj css csv cts cxx dart diff env ex exs fish
    fs gd go gradle graphql h hh hpp hs htm html http hxx ini ipynb java jl js json json5 jsonc jsx kt kts less lock
    log lua m md mdx mjs mk ml mm mts nix patch php pl plist po properties proto ps1 py pyi pyw r rb rs rst sass
    scala scss sh sql svelte svg swift tex tf toml ts tsv tsx txt vb vim vue wgsl xml xsd xsl yaml yml zig zsh
"""
_EXTENSIONS = frozenset(_EXTENSION_WORDS.split())
_OPENING_WORDS: Final = """
    a add all also an and apply as at both but by change changed create delete edit finally first fix for from here i if
    in inside into it let like move next now of on open or our put remove rename replace rewrite run save see so that
    the then there these this to update updated use using we with write you your
    $ > % bash cat cd chmod cp curl export git grep import include make mkdir mv node npm npx pip pnpm pytest python
    python3 require rm sh source sudo touch uv vim yarn
"""
_OPENING = frozenset(_OPENING_WORDS.split())
"""Words that a sentence or a command begins with, and a file's name hardly ever."""
_JOINING_WORDS: Final = """
    and are become becomes but by for from has in into is needs of on should that the to was which will with
"""
_JOINING = frozenset(_JOINING_WORDS.split())
"""Words of sentences. Below a folder, and where the name is marked as one, they may be part of it."""
_PUNCTUATION = ".,;:!?()[]{}*`'\"“”‘’"


def name_in_line(line: str, known: Collection[str], *, in_prose: bool = False) -> str | None:
    """Return the file name a line consists of; with `in_prose` also the last known one it quotes, or the only known
    one in it."""
    if len(line) > 600:
        return None
    bare = _bare(line)
    if not bare:
        return None
    cleaned = clean_path(bare)
    if cleaned in known:
        return cleaned
    if _PLAIN.fullmatch(bare) and not bare.endswith((".", "...")) and _looks_like_file(bare):
        return bare
    if is_reserved(bare) or _STREAM.fullmatch(bare) or _is_wide_name(cleaned, is_marked=_is_marked(line, bare)):
        # No file can have it, or none has it: but it is what the block is for. Passed over, the block would go to
        # another file.
        return bare
    if in_prose:
        quoted = [clean_path(one or two) for one, two in _QUOTED.findall(line)]
        named = [name for name in quoted if name in known]
        if named:
            return named[-1]
        return _only_known(line, known)
    return None


def name_said_above(line: str, known: Collection[str]) -> str | None:
    """The file that the line right above a block is about; also one that is not known, as its first or last word."""
    name = name_in_line(line, known, in_prose=True)
    if name is not None or len(line) > 600:
        return name
    quoted: list[str] = [one or two for one, two in _QUOTED.findall(line)]
    if len(quoted) == 1 and _is_surely_file(quoted[0]) and _is_at_edge(line, quoted[0]):
        return quoted[0]
    words = [word for word in map(_word, line.split()) if word]
    if len(words) < 2:
        return None
    files = [word for word in words if _is_surely_file(word)]
    return files[0] if len(set(files)) == 1 and files[0] in (words[-1], words[0]) else None


def _is_at_edge(line: str, name: str) -> bool:
    bare = line.strip().strip("#*`:.- 0123456789")
    return bare.startswith(name) or bare.endswith(name)


def _bare(line: str) -> str:
    bare = line.strip().lstrip("#").strip()
    bare = _SIGN.sub("", bare, count=1).removesuffix("-->").removesuffix("*/").rstrip()
    bare = _REMARK.sub("", bare, count=1)
    bare = bare.strip("*`'\" ").rstrip(":").strip("*`'\" ")
    return _LEAD.sub("", bare, count=1).strip("*`'\" ")


def _looks_like_file(name: str) -> bool:
    return bool(_WITH_EXTENSION.fullmatch(name)) or name in _KNOWN_NAMES or ("/" in name and "://" not in name)


def _is_surely_file(name: str) -> bool:
    """Whether a name is that of a file, and not one of code such as `self.items`."""
    found = _FILE_NAME.fullmatch(name) if _WIDE.fullmatch(name) and "://" not in name else None
    if found is None:
        return name.rpartition("/")[2] in _KNOWN_NAMES and "/" in name and "://" not in name
    return found[1].lower() in _EXTENSIONS or ("/" in name and not name.startswith("/"))


def _is_marked(line: str, bare: str) -> bool:
    return any(f"{sign}{bare}{sign}" in line for sign in ("`", "**"))


def _is_wide_name(name: str, *, is_marked: bool) -> bool:
    """Whether all of a line is a name with blanks or unusual signs in it, and no sentence that has one in it."""
    if not _is_surely_file(name):
        return False
    words = name.split()
    if words[0].casefold() in _OPENING or words[0].endswith((":", ",")):
        return False
    if any(_is_surely_file(word.rstrip(",:;")) for word in words[:-1]) or (" - " in name and "/" not in words[0]):
        # More than one name, or one and words about it.
        return False
    is_certain = len(words) == 1 or is_marked or "/" in words[0]
    return is_certain or _JOINING.isdisjoint(word.casefold() for word in words)


def _only_known(line: str, known: Collection[str]) -> str | None:
    """The only known file whose name stands in a sentence as it is; a single word is a name of its own."""
    if len(line.split()) < 2:
        return None
    words = {clean_path(word) for word in map(_word, line.split()) if "." in word or "/" in word}
    found = {word for word in words if word in known}
    found |= {name for name in known if " " in name and name in line}
    longest = [name for name in found if not any(name != each and name in each for each in found)]
    return longest[0] if len(longest) == 1 else None


def _word(word: str) -> str:
    """A word of a sentence without the punctuation around it; a name may begin with a dot or a bracket."""
    word = word.strip("*`'\"“”‘’(,;:!?").rstrip(_PUNCTUATION.replace("]", "").replace(")", ""))
    return word.rstrip(")") if "(" not in word else word
