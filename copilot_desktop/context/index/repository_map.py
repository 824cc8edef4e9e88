"""A map of a folder for a prompt: the signatures of its most important symbols, as many as a budget of tokens holds.

Important is what important files import and call, most of all those that the user works on, and of such a file what
many others name. The map shows signatures alone, file by file in the order of their importance.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.context.index.schema import UNREADABLE, unusable
from copilot_desktop.context.index.words import plain_terms
from copilot_desktop.values import dataclass

BUDGET_TOKENS: Final = 1_500
_FILES: Final = 400
"""So many of the most important files are looked into."""
_SYMBOLS: Final = 1_000
_LOOKED_UP: Final = 2_000
"""Of so many symbols it is asked how many files name them, which takes its time in a large folder."""
_STEPS: Final = 12
_MOST_LINKS: Final = 60_000
"""In a larger folder how many use a file stands for its importance: the rest would take seconds."""
_KEPT: Final = 0.85
_FOCUS_SHARE: Final = 0.5
"""Of what is given out anew, to the files that the user works on."""
_TESTS: Final = re.compile(r"(?:^|/)(?:tests?|specs?|__tests__|examples?|docs?)/|(?:^|/)test_|[._]test\.|\.spec\.")
_TESTS_COUNT: Final = 0.1
_PRIVATE_COUNTS: Final = 0.1
_METHODS_COUNT: Final = 0.3
"""Their names are common words more often, and say less without their class."""
_UNUSED: Final = 0.2
"""What nobody names counts so much: entry points are among it."""
_FLATTENED: Final = 0.6
_CROWDED: Final = 5
"""Symbols of one file, after which a further one counts half: a map of three files is none."""
_CLOSED: Final = ("function", "method")
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class _Symbol:
    path: str
    first: int
    name: str
    outer: str
    signature: str
    score: float


def repository_map(
    database: sqlite3.Connection,
    focus: Iterable[str],
    is_shown: Callable[[str], bool],
    count_tokens: Callable[[str], int],
    budget_tokens: int = BUDGET_TOKENS,
) -> str:
    """The map, "" for a folder without symbols. `focus`: paths the user works on; `is_shown`: whether a file may be
    named to a model. Raises StoreError."""
    try:
        database.execute("BEGIN")
        try:
            ranks = _file_ranks(database, frozenset(focus))
            symbols = _symbols(database, ranks, is_shown)
        finally:
            database.execute("COMMIT")
    except UNREADABLE as error:
        raise unusable(error) from error
    return _fitting(symbols, count_tokens, budget_tokens)


def _file_ranks(database: sqlite3.Connection, focus: frozenset[str]) -> dict[int, tuple[str, float]]:
    """The most important files: paths and weights by their ids."""
    rows = database.execute("SELECT id, path, used_by FROM files").fetchall()
    paths = {file: path for file, path, _used_by in rows}
    (links,) = database.execute("SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM call_links)").fetchone()
    if links <= _MOST_LINKS:
        ranks = _page_ranks(database, [file for file, path in paths.items() if path in focus], len(paths))
    else:
        ranks = {file: math.log1p(used_by) for file, _path, used_by in rows}
    weighed = {
        file: ranks.get(file, 0.0) * (_TESTS_COUNT if _TESTS.search(path) else 1.0) for file, path in paths.items()
    }
    order = sorted(weighed, key=lambda file: (-weighed[file], paths[file]))[:_FILES]
    return {file: (paths[file], weighed[file]) for file in order}


def _page_ranks(database: sqlite3.Connection, focus: Sequence[int], count: int) -> dict[int, float]:
    """What a reader who follows imports and calls at random comes by, and begins anew often where the user works."""
    weights: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for source, target in database.execute("SELECT source, target FROM links"):
        weights[source][target] = 1
    # Each further name that is called is a further way to go.
    for source, target, names in database.execute("SELECT source, target, names FROM call_links"):
        weights[source][target] += 1 + names.count(" ")
    targets = {
        source: [(target, weight / sum(wanted.values())) for target, weight in wanted.items()]
        for source, wanted in weights.items()
    }
    plain = 1.0 / max(1, count)
    begin = {file: _FOCUS_SHARE / len(focus) for file in focus}
    rest = plain * (1.0 - (_FOCUS_SHARE if focus else 0.0))
    ranks: dict[int, float] = defaultdict(lambda: plain)
    for _step in range(_STEPS):
        gained: dict[int, float] = defaultdict(float)
        for source, wanted in targets.items():
            for target, share in wanted:
                gained[target] += ranks[source] * share
        files = {*gained, *begin, *targets}
        ranks = defaultdict(
            lambda: (1.0 - _KEPT) * rest,
            {file: _KEPT * gained[file] + (1.0 - _KEPT) * (rest + begin.get(file, 0.0)) for file in files},
        )
    return dict(ranks)


def _symbols(
    database: sqlite3.Connection, ranks: Mapping[int, tuple[str, float]], is_shown: Callable[[str], bool]
) -> list[_Symbol]:
    """The symbols of these files, the most important first."""
    shown = {file: found for file, found in ranks.items() if is_shown(found[0])}
    rows = []
    for file, (path, rank) in shown.items():
        query = "SELECT name, kind, first, outer_names, signature FROM symbols WHERE file = ? AND kind != 'heading'"
        rows += [(path, rank, *row) for row in database.execute(query, (file,))]
    inner = {(row[0], f"{row[5]}.{row[2]}" if row[5] else row[2]) for row in rows if row[3] in _CLOSED}
    # What stands in a function is nobody else's.
    rows = [row for row in rows if (row[0], row[5]) not in inner]
    homes: dict[str, set[str]] = defaultdict(set)
    for path, _rank, name, *_others in rows:
        homes[name].add(path)
    found = []
    for path, rank, name, kind, first, outer, signature in rows:
        score = rank**_FLATTENED / len(homes[name])
        if any(part.startswith("_") for part in (name, *outer.split("."))):
            score *= _PRIVATE_COUNTS
        if kind == "method":
            score *= _METHODS_COUNT
        found.append(_Symbol(path, first, name, outer, signature, score))
    return _spread(_named_often(database, _spread(found)[:_LOOKED_UP], homes))[:_SYMBOLS]


def _named_often(
    database: sqlite3.Connection, symbols: Sequence[_Symbol], homes: Mapping[str, set[str]]
) -> list[_Symbol]:
    """Weighed by how many files name each; less where many have one of the name: nobody knows which is meant."""
    uses = {name: _uses(database, name) for name in {each.name for each in symbols}}
    return [
        replace(each, score=each.score * (_UNUSED + math.log1p(max(0, uses[each.name] - len(homes[each.name])))))
        for each in symbols
    ]


def _spread(found: Iterable[_Symbol]) -> list[_Symbol]:
    """The best first, each further one of a file a little less good."""
    seen: dict[str, int] = defaultdict(int)
    spread = []
    for each in sorted(found, key=lambda each: (-each.score, each.path, each.first)):
        spread.append((each.score / (1.0 + seen[each.path] / _CROWDED), each))
        seen[each.path] += 1
    spread.sort(key=lambda pair: (-pair[0], pair[1].path, pair[1].first))
    return [each for _score, each in spread]


def _uses(database: sqlite3.Connection, name: str) -> int:
    """How many files hold a name."""
    term = next(iter(plain_terms(name).split()), "")
    row = database.execute("SELECT doc FROM text_fts_counts WHERE term = ?", (term,)).fetchone()
    return row[0] if row is not None else 0


def _fitting(symbols: Sequence[_Symbol], count_tokens: Callable[[str], int], budget_tokens: int) -> str:
    """As many of the first of them as fit: found by halving, since each new one costs its file's line, too."""
    least, most = 0, len(symbols)
    best = ""
    while least < most:
        middle = (least + most + 1) // 2
        drawn = _drawn(symbols[:middle])
        if count_tokens(drawn) <= budget_tokens:
            least, best = middle, drawn
        else:
            most = middle - 1
    return best


def _drawn(symbols: Sequence[_Symbol]) -> str:
    """Files in the order of their best symbol, below each its signatures as they stand in it."""
    by_file: dict[str, list[_Symbol]] = {}
    for each in symbols:
        by_file.setdefault(each.path, []).append(each)
    lines = []
    for path, inside in by_file.items():
        lines.append(f"{path}:")
        drawn: set[str] = set()
        for each in sorted(inside, key=lambda symbol: symbol.first):
            outer = each.outer.split(".") if each.outer else []
            # What it stands in is named even where it did not come in by itself.
            for depth, name in enumerate(outer):
                whole = ".".join(outer[: depth + 1])
                if whole not in drawn:
                    drawn.add(whole)
                    lines.append(f"{_INDENT * (depth + 1)}{name}")
            drawn.add(f"{each.outer}.{each.name}" if each.outer else each.name)
            # A signature of several lines is known by its first.
            more = " …" if each.signature.endswith(("(", ",", "[")) else ""
            lines.append(f"{_INDENT * (len(outer) + 1)}{each.signature}{more}")
    return "\n".join(lines) + "\n" if lines else ""


def paths_in_map(drawn: str) -> tuple[str, ...]:
    """The files that a map names."""
    return tuple(line[:-1] for line in drawn.splitlines() if line.endswith(":") and not line.startswith(_INDENT))
