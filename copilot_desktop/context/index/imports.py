"""What a file imports: read off its text by the forms that the known languages have, and matched with files by path.

No language's own rules of finding a module are followed: an import names the last parts of a path, and where one file
of the folder ends with them, that is the one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_PYTHON: Final = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|import[ \t]+([^\n#]+))", re.MULTILINE
)
_QUOTED: Final = re.compile(
    r"""(?:\bfrom|\bimport|\brequire(?:_relative)?|#\s*include)\s*\(?\s*['"<]([^'"<>\n]+)['">]"""
)
_GO: Final = re.compile(r"""^\s*(?:import\s+)?(?:[\w.]+\s+)?"([\w./-]+)"\s*$""", re.MULTILINE)
_DOTTED: Final = re.compile(r"^\s*import\s+(?:static\s+)?([\w.]+)", re.MULTILINE)
_RUST: Final = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:use|mod)\s+([\w:]+)(?:::\{([^}]*)\})?", re.MULTILINE)
_PHP: Final = re.compile(r"^\s*use\s+(?:function\s+)?([\w\\]+)", re.MULTILINE)

_SCRIPTS: Final = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"})
_INCLUDING: Final = frozenset({".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".hxx", ".m", ".mm", ".rb"})
_DOTTING: Final = frozenset({".java", ".kt", ".kts", ".scala", ".groovy"})
_FAMILIES: Final = (_SCRIPTS | {".json"}, frozenset({".py", ".pyi"}), _INCLUDING - {".rb"}, _DOTTING)
_WHOLE_FOLDERS: Final = frozenset({"__init__", "index", "mod", "lib", "main"})
"""Files that stand for their folder."""
_MOST_PARTS: Final = 5
_MOST_FILES: Final = 2
"""Where more files end like an import, it is not known which one is meant."""


def imported(path: str, text: str) -> tuple[str, ...]:
    """The ends of paths, without suffixes, that a text imports; relative imports from the top of the folder."""
    suffix = suffix_of(path)
    folder = path.split("/")[:-1]
    if suffix in (".py", ".pyi"):
        found = _of_python(text, folder)
    elif suffix in _SCRIPTS or suffix in _INCLUDING:
        found = (_joined(folder, each) for each in _QUOTED.findall(text))
    elif suffix == ".go":
        found = (match for match in _GO.findall(text) if "/" in match)
    elif suffix in _DOTTING:
        found = (each.replace(".", "/") for each in _DOTTED.findall(text))
    elif suffix == ".rs":
        found = _of_rust(text)
    elif suffix == ".php":
        found = (each.replace("\\", "/") for each in _PHP.findall(text))
    else:
        return ()
    return tuple(dict.fromkeys(each for each in found if each))


def names_behind(path: str) -> Iterator[str]:
    """The last names of imports that a file may be meant by."""
    parts = _without_suffix(path).split("/")
    if parts[-1] in _WHOLE_FOLDERS and len(parts) > 1:
        parts.pop()
    yield parts[-1]
    if path.endswith(".go"):
        yield _without_suffix(path).rpartition("/")[0].rpartition("/")[2]


class ImportedFiles:
    """Finds the files of a folder that imports name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_end: dict[str, list[str]] = defaultdict(list)
        self._in_folder: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Know one more."""
        for ends, end in self._ends(path):
            ends[end].append(path)

    def remove(self, path: str) -> None:
        """One is gone."""
        for ends, end in self._ends(path):
            ends[end].remove(path)

    def _ends(self, path: str) -> Iterator[tuple[dict[str, list[str]], str]]:
        parts = _without_suffix(path).split("/")
        if path.endswith(".go"):
            yield self._in_folder, "/".join(parts[-3:-1])
        if parts[-1] in _WHOLE_FOLDERS and len(parts) > 1:
            parts = parts[:-1]
        end = ""
        for part in parts[: -_MOST_PARTS - 1 : -1]:
            end = f"{part}/{end}" if end else part
            yield self._by_end, end

    def links(self, targets: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
        """Pairs of a file and one that it imports; `targets` are what `imported` gives, by path."""
        for path, wanted in targets.items():
            yield from ((path, each) for each in self.of(path, wanted))

    def of(self, path: str, wanted: Iterable[str]) -> list[str]:
        """The files that one imports; `wanted` is what `imported` gives."""
        family = family_of(path)
        found = (each for target in wanted for each in self._named(target, family))
        return [each for each in dict.fromkeys(found) if each != path]

    def _named(self, target: str, family: frozenset[str]) -> list[str]:
        parts = target.split("/")
        is_word, end = len(parts) == 1, "/".join(parts[-_MOST_PARTS:])
        while True:
            found = [each for each in self._by_end.get(end, ()) if suffix_of(each) in family]
            if found:
                return found if len(found) <= _MOST_FILES else []
            _first, slash, end = end.partition("/")
            # A single word that is left of several names too much.
            if not slash or ("/" not in end and not is_word):
                break
        # Go imports folders.
        return self._in_folder.get("/".join(parts[-2:]), []) if ".go" in family else []


def suffix_of(path: str) -> str:
    """The end of a path from its last dot on, in small letters."""
    # As `PurePosixPath` has it, which takes as long as all the rest: it is asked a hundred thousand times.
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def family_of(path: str) -> frozenset[str]:
    """The suffixes of the files that one like this may import."""
    suffix = suffix_of(path)
    return next((family for family in _FAMILIES if suffix in family), frozenset({suffix}))


def _of_python(text: str, folder: list[str]) -> Iterator[str]:
    for module, names, plain in _PYTHON.findall(text):
        if plain:
            yield from (each.split(" as ")[0].strip().replace(".", "/") for each in plain.split(","))
            continue
        dots = len(module) - len(module.lstrip("."))
        above = folder[: len(folder) - dots + 1] if dots else []
        parts = [*above, *(each for each in module.split(".") if each)]
        yield "/".join(parts)
        for name in names.strip("()").split(","):
            word = name.split("#")[0].strip().split(" ")[0]
            if word.isidentifier():
                yield "/".join((*parts, word))


def _of_rust(text: str) -> Iterator[str]:
    for path, names in _RUST.findall(text):
        parts = [each for each in path.split("::") if each not in ("crate", "self", "super", "")]
        yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
        yield from ("/".join((*parts, each.strip())) for each in names.split(",") if each.strip().isidentifier())


def _joined(folder: list[str], written: str) -> str:
    if not written.startswith("."):
        return _without_suffix(written)
    parts = list(folder)
    for part in written.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in (".", ""):
            parts.append(part)
    return _without_suffix("/".join(parts))


def _without_suffix(path: str) -> str:
    """`a/b.test` of `a/b.test.js`; the leading dot of a name is no suffix."""
    head, dot, tail = path.rpartition(".")
    return head if dot and head and "/" not in tail and not head.endswith("/") else path
