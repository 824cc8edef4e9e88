"""File names as models write them above or inside a block."""

from __future__ import annotations

import re
from collections.abc import Collection

from copilot_desktop.edits.paths import clean_path, is_reserved

_PLAIN = re.compile(r"[\w.@+\-/\\:~()\[\]]{1,300}")
_WITH_EXTENSION = re.compile(r"(?:.*[/\\])?[^/\\]*\.[A-Za-z0-9_\-]{1,16}")
# Digits behind the colon are a line of the file or a time of day.
_STREAM = re.compile(r"[\w.\-]{1,300}:[A-Za-z_][\w.$\-]{0,300}")
_KNOWN_NAMES = frozenset({"Dockerfile", "Makefile", "LICENSE", "README", "Gemfile", "Rakefile", "Jenkinsfile"})
_LEAD = re.compile(r"(?i)(?:file ?name|file ?path|file|path)\s*[:=]\s*")
_SIGN = re.compile(r"^(?:\d+[.)]|//|--|<!--|/\*)\s*")
_QUOTED = re.compile(r"`([^`\n]{1,300})`|\*\*([^*\n]{1,300})\*\*")


def name_in_line(line: str, known: Collection[str], *, in_prose: bool = False) -> str | None:
    """Return the file name a line consists of; with `in_prose` also the last known one it quotes."""
    if len(line) > 600:
        return None
    bare = line.strip().lstrip("#").strip()
    if not bare:
        return None
    bare = _SIGN.sub("", bare, count=1).removesuffix("-->").removesuffix("*/").rstrip()
    bare = bare.strip("*`'\" ").rstrip(":").strip("*`'\" ")
    bare = _LEAD.sub("", bare, count=1).strip("*`'\" ")
    cleaned = clean_path(bare)
    if cleaned in known:
        return cleaned
    if _PLAIN.fullmatch(bare) and not bare.endswith((".", "...")) and _looks_like_file(bare):
        return bare
    if is_reserved(bare) or _STREAM.fullmatch(bare):
        # No file can have it, but it is what the block is for: passed over, the block would go to another file.
        return bare
    if in_prose:
        quoted = [clean_path(one or two) for one, two in _QUOTED.findall(line)]
        named = [name for name in quoted if name in known]
        if named:
            return named[-1]
    return None


def _looks_like_file(name: str) -> bool:
    return bool(_WITH_EXTENSION.fullmatch(name)) or name in _KNOWN_NAMES or ("/" in name and "://" not in name)
