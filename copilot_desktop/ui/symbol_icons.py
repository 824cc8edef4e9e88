"""The icon of each kind of symbol; the kind is always said in words besides."""

from __future__ import annotations

from typing import Final

_ICONS: Final = {
    "class": "box",
    "struct": "box",
    "interface": "plug",
    "trait": "plug",
    "impl": "layers",
    "enum": "list",
    "type": "braces",
    "module": "package",
    "property": "variable",
    "variable": "variable",
    "heading": "hash",
}


def symbol_icon(kind: str) -> str:
    """The name of the icon; a function's for what is not known, none for no kind."""
    return _ICONS.get(kind, "square-function") if kind else ""
