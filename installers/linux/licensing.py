"""Which licences the packages may hold, and the file with the notices of everything in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from installers.environment import SetupError
from installers.linux.contents import Part, table

PLACE: Final = "_internal/copilot_desktop/_resources/licences/third-party.txt"
"""Where the notices stand in the frozen folder; Help, About shows what is in that folder."""
SHARED_TEXTS: Final = ("Apache-2.0", "LGPL-2.1", "LGPL-3", "GPL-2", "GPL-3", "MPL-2.0")
"""Texts that many parts refer to; on Debian and Ubuntu `base-files` brings them."""
_TEXTS: Final = Path("/usr/share/common-licenses")
_COPYLEFT = re.compile(r"^A?GPL-")


def objection(expression: str, exceptions: Iterable[str]) -> str:
    """Why something under this SPDX expression may not be shipped; '' when it may.

    One free alternative suffices; a GPL is free of objection only with an exception that `parts.toml` names.
    """
    named = set(exceptions)
    reasons = [_objection_to_all(each, named) for each in _split(expression, " OR ")]
    return "" if "" in reasons else reasons[0]


def _objection_to_all(expression: str, exceptions: set[str]) -> str:
    for term in _split(expression, " AND "):
        if term.startswith("(") and term.endswith(")"):
            reason = objection(term[1:-1], exceptions)
            if reason:
                return reason
            continue
        licence, _, exception = term.partition(" WITH ")
        if not licence:
            return "has no licence"
        if _COPYLEFT.match(licence) and exception not in exceptions:
            return f"is under {term}"
    return ""


def _split(expression: str, operator: str) -> Iterator[str]:
    depth, begin = 0, 0
    for at, letter in enumerate(expression):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and expression.startswith(operator, at):
            yield expression[begin:at].strip()
            begin = at + len(operator)
    yield expression[begin:].strip()


def check(parts: Iterable[Part]) -> None:
    """Raise SetupError about parts that may not be shipped, or whose notice is missing."""
    known = table()
    against = []
    for part in parts:
        reason = objection(part.licence, known["exceptions"])
        if reason:
            against.append(f"{part.name} {reason}")
        elif part.kind != "inside" and not any(text.strip() for text in part.texts):
            against.append(f"{part.name} has no notice")
    if against:
        raise SetupError("These may not be shipped: " + "; ".join(against) + ".")


def notices(parts: Iterable[Part], shared: Path = _TEXTS) -> str:
    """The text of the file with all notices."""
    parts = list(parts)
    missing = [name for name in SHARED_TEXTS if not (shared / name).is_file()]
    if missing:
        raise SetupError(f"{shared} lacks {', '.join(missing)}: sudo apt install --reinstall base-files")
    sections = [_INTRODUCTION, *_exceptions()]
    for part in (each for each in parts if each.kind != "inside"):
        within = [f"{each.name} {each.version}".strip() + f" ({each.licence})" for each in _inside(part, parts)]
        head = [f"{part.name} {part.version}", f"Licence: {part.licence}"]
        head += [f"Linked in: {', '.join(within)}"] if within else []
        sections.append("\n".join([_RULE, *head, _RULE, "", "\n\n".join(dict.fromkeys(part.texts)).strip(), ""]))
    for name in SHARED_TEXTS:
        text = (shared / name).read_text(encoding="utf-8")
        sections.append("\n".join([_RULE, f"Text of {name}", _RULE, "", text.strip(), ""]))
    return "\n".join(sections)


def _inside(part: Part, parts: Iterable[Part]) -> Iterator[Part]:
    return (each for each in parts if each.kind == "inside" and each.of == part.name)


def _exceptions() -> Iterator[str]:
    yield "Exceptions under which parts of a GPL are shipped:\n"
    for name, why in table()["exceptions"].items():
        yield f"* {name}: {why}"
    yield ""


_RULE: Final = "=" * 78
_INTRODUCTION: Final = """Copilot Desktop is licensed under the Apache License 2.0. This package also holds the
programs of others that are listed here with their licences and notices. Where several licences are offered, the first
that is no GPL is chosen.

Qt and PySide6 are used under the LGPL 3, GLib under the LGPL 2.1: each is a file of its own below _internal and may be
replaced by a build of yours. Their source is published by their authors under the versions named here; Debian and
Ubuntu publish that of the libraries whose versions are theirs.
"""
