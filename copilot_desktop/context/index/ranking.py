"""Which files and pieces a question is about, best first.

Several lights fall on each file: its text, its path, the names it defines, its comments, its best pieces, whether it is
named in the question, what it has to do with other files that were found, how much it is used. Each is brought to 1 for
the best file, and they are added up with weights that were found on histories of seven repositories in four languages,
each weighed without the one it was judged by (docs/maintainers/index.md).
"""

from __future__ import annotations

import heapq
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from copilot_desktop.context.index.full_text import FoundPieces, best_pieces, by_both, by_words, counts_of, rare
from copilot_desktop.context.index.history import changed_together
from copilot_desktop.context.index.lately import NOTHING_AROUND, Around, edited_lately, numbers_of
from copilot_desktop.context.index.relations import Relations
from copilot_desktop.context.index.schema import UNREADABLE, unusable
from copilot_desktop.context.index.vectors import Similar
from copilot_desktop.context.index.words import as_text, plain_terms, stemmed_terms
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_TEXT, _PATH, _NAMES, _NOTES, _PIECE, _PIECES = 0.5, 0.7, 0.2, 0.2, 0.7, 0.6
_NAMED, _JOINED, _BEGINNING, _USED, _SIZE, _NEIGHBOURS = 0.8, 0.3, 0.5, 0.1, 0.15, 0.2
_LATELY, _OPEN, _TOGETHER = 0.2, 0.1, 0.15
_LATE_ENOUGH: Final = 0.5
_SEEDS: Final = 3
_MEANING: Final = 0.7
_LONGEST: Final = 20_000
"""Characters of a question; of a longer one, a pasted log, the middle is left out: each of its words is looked up."""
_BEGINNING_CHARACTERS: Final = 80
"""People say first what it is about."""
_PIECES_OF_FILE: Final = 3
_MOST_SHORT_TERMS: Final = 200
_CHOSEN: Final = 300
"""So many files are looked at closer."""
_LINKED_FILES: Final = 100
_LEAST_GAIN: Final = 0.02
"""What gains less by its neighbours does not change its place."""
_DATA: Final = re.compile(
    r"\.(?:po|pot|json|lock|svg|csv|tsv|xml|map|txt|log)$|\.min\.\w+$|(?:^|/)(?:licen[cs]e|change(?:log|s)|news|history)\b[^/]*$",
    re.IGNORECASE,
)
_DATA_COUNTS: Final = 0.6
"""Files made of others' words, translations above all, hold every word, and are seldom what is meant."""
_PROSE: Final = re.compile(r"\.(?:md|markdown|rst|adoc|ya?ml|toml|ini|cfg)$", re.IGNORECASE)
_PROSE_COUNTS: Final = 0.92
"""Guides, and the settings of tools, speak of everything that the code does, in the words of a question."""
_ASKS_FOR_PROSE: Final = frozenset(
    stemmed_terms("doc documentation readme guide tutorial manual config configuration workflow ci yaml toml").split()
)
_JOINED_WORDS: Final = 40
_TOLD: Final = 12
"""Of so many pieces, the best, it is told what they call: more go with no prompt, and each takes its time."""
_WHYS: Final = 2
"""So many further reasons are told."""
_NAMED_TWICE: Final = 2.0
_WORDS: Final = re.compile(r"`([^`\s]{2,80})`|([^\W\d]\w{2,})")
_LATIN: Final = re.compile(r"[a-z][a-z0-9]+")
_FILE_NAMES: Final = re.compile(r"(?<![\w./-])[\w./-]{1,200}\.\w{1,8}\b")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines of a file that the question is about; `why` in a few words. `name`: what they define, with what it stands
    in, or empty."""

    path: str
    lines: LineRange
    score: float
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was found: paths and pieces, best first."""

    files: tuple[str, ...]
    snippets: tuple[Snippet, ...]


def rank(
    database: sqlite3.Connection,
    question: str,
    limit: int,
    around: Around = NOTHING_AROUND,
    similar: Sequence[Similar] = (),
) -> Ranked:
    """The files, at most so many, and the best pieces of them; `around`: what the window that asks has open; `similar`:
    the pieces that are near to it in meaning, where that is known. Raises StoreError."""
    try:
        database.execute("BEGIN")
        try:
            return _Question(database, question).ranked(limit, around, similar)
        finally:
            database.execute("COMMIT")
    except UNREADABLE as error:
        raise unusable(error) from error


class _Facts(NamedTuple):
    """What the index knows of a file."""

    id: int
    path: str
    used_by: int
    neighbours: int
    characters: int


class _Question:
    def __init__(self, database: sqlite3.Connection, question: str) -> None:
        if len(question) > _LONGEST:
            question = f"{question[: _LONGEST // 2]}\n{question[-_LONGEST // 2 :]}"
        self._database, self._question = database, as_text(question)
        self._plain, self._stemmed = plain_terms(question).split(), stemmed_terms(question).split()
        self._facts: dict[int, _Facts] = {}
        self._pieces: FoundPieces = {}
        self._similar: dict[int, dict[int, float]] = {}
        self._scores: dict[int, float] = defaultdict(float)
        self._whys: dict[int, list[str]] = defaultdict(list)

    def ranked(self, limit: int, around: Around, similar: Sequence[Similar]) -> Ranked:
        database = self._database
        first = plain_terms(self._question[:_BEGINNING_CHARACTERS]).split()
        counts, note_counts = (
            counts_of(database, table, terms)
            for table, terms in (("text_fts", self._plain), ("note_fts", self._stemmed))
        )
        # Names and paths are few: it takes longer to count than to look up.
        every = sorted(note_counts, key=note_counts.__getitem__)[:_MOST_SHORT_TERMS]
        stemmed = [each for term in every for each in [term] * min(self._stemmed.count(term), 2)]
        text, beginning = by_both(database, "text_fts", rare(self._plain, counts), rare(first, counts))
        named = self._named()
        lights = [
            (_TEXT, text),
            (_PATH, by_words(database, "path_fts", stemmed)),
            (_NAMES, by_words(database, "name_fts", stemmed)),
            (_NOTES, by_words(database, "note_fts", rare(self._stemmed, note_counts))),
            (_BEGINNING, beginning),
            (_NAMED, named),
            (_JOINED, by_words(database, "text_fts", _joined(self._question))),
        ]
        self._pieces = best_pieces(database, self._stemmed)
        lights.append((_PIECE, {file: found[0][0] for file, found in self._pieces.items()}))
        best = {file: sum(score for score, _id in found[:_PIECES_OF_FILE]) for file, found in self._pieces.items()}
        lights.append((_PIECES, best))
        self._find_similar(similar)
        lights.append((_MEANING, {file: max(found.values()) for file, found in self._similar.items()}))
        scores = self._scores
        for weight, light in lights:
            _add(scores, weight, light)
        self._weigh_use(scores)
        self._add_neighbours(scores)
        self._weigh_work(around)
        order = sorted(scores, key=lambda file: -scores[file])[: limit + _LINKED_FILES]
        self._learn(file for file in order if file not in self._facts)
        paths = {file: self._facts[file].path for file in order if file in self._facts}
        for file, path in paths.items():
            scores[file] *= self._weight(path)
        # Equals in a fixed order, whatever numbers the files have.
        order = sorted((file for file in order if file in paths), key=lambda file: (-scores[file], paths[file]))[:limit]
        return Ranked(tuple(paths[file] for file in order), tuple(self._snippets(order, paths, named)))

    def _find_similar(self, similar: Sequence[Similar]) -> None:
        """How much nearer in meaning pieces are than the least of them: the nearest is 1, whatever the model."""
        least = min((each.likeness for each in similar), default=0.0)
        most = max((each.likeness for each in similar), default=0.0)
        query = (
            "SELECT file, pieces.id FROM files JOIN pieces ON file = files.id WHERE path = ? AND first = ? AND last = ?"
        )
        for each in similar:
            for file, piece in self._database.execute(query, (each.path, each.lines.start, each.lines.end)):
                nearness = (each.likeness - least) / (most - least) if most > least else 1.0
                self._similar.setdefault(file, {})[piece] = nearness

    def _named(self) -> dict[int, float]:
        """Files whose name, or what they define, stands in the question as it is written there."""
        found: dict[int, float] = defaultdict(float)
        for quoted, plain in set(_WORDS.findall(self._question)):
            word = quoted.rpartition(".")[2].rstrip("()") if quoted else plain
            if not quoted and "_" not in word.strip("_") and not re.search(r"[a-z][A-Z]", word):
                continue
            files = {file for (file,) in self._database.execute("SELECT file FROM symbols WHERE name = ?", (word,))}
            for file in files:
                found[file] += 1 / math.sqrt(len(files))
        for name in set(_FILE_NAMES.findall(self._question)):
            end = name.lstrip("./")
            rows = self._database.execute(
                "SELECT id FROM files WHERE path = ? OR substr(path, -?) = ?", (end, len(end) + 1, f"/{end}")
            )
            for (file,) in rows:
                found[file] += _NAMED_TWICE
        return found

    def _weigh_use(self, scores: dict[int, float]) -> None:
        """A file that many import or call, and a large one, is more often what is meant."""
        self._learn(heapq.nlargest(_CHOSEN, scores, key=scores.__getitem__))
        sizes = {file: math.log1p(facts.characters) for file, facts in self._facts.items()}
        least = min(sizes.values(), default=0.0)
        _add(scores, _USED, {file: math.log1p(facts.used_by) for file, facts in self._facts.items()})
        _add(scores, _SIZE, {file: size - least for file, size in sizes.items()})

    def _learn(self, files: Iterable[int]) -> None:
        for row in _in_portions(self._database, f"SELECT {', '.join(_Facts._fields)} FROM files WHERE id IN", files):
            self._facts[row[0]] = _Facts(*row)

    def _add_neighbours(self, scores: dict[int, float]) -> None:
        """What imports or calls what was found, or is imported or called by it, gains."""
        best = heapq.nlargest(_LINKED_FILES, scores, key=scores.__getitem__)
        if not best:
            return
        top = scores[best[0]] or 1.0
        self._learn(file for file in best if file not in self._facts)
        strengths = {
            file: max(scores[file], 0.0) ** 2 / math.sqrt(max(1, self._facts[file].neighbours)) for file in best
        }
        gained: dict[int, float] = defaultdict(float)
        for file, other in _in_portions(self._database, "SELECT file, other FROM near WHERE file IN", best):
            gained[other] += strengths[file]
        felt = [other for other, gain in gained.items() if gain > _LEAST_GAIN * top]
        # Asked of each once, and not of each link: those of what many import are a thousand.
        for other, count in _in_portions(self._database, "SELECT id, neighbours FROM files WHERE id IN", felt):
            scores[other] += _NEIGHBOURS * gained[other] / math.sqrt(count or 1) / top

    def _weigh_work(self, around: Around) -> None:
        """What somebody works on gains, of what was found; and what was changed together with the best of it."""
        scores = self._scores
        for weight, why, light in (
            (_LATELY, "edited lately", edited_lately(self._database, around)),
            (_OPEN, "open", dict.fromkeys(numbers_of(self._database, around.opened), 1.0)),
        ):
            for file, value in light.items():
                if file in scores:
                    scores[file] += weight * value
                    if value > _LATE_ENOUGH:
                        self._whys[file].append(why)
        best = heapq.nlargest(_SEEDS, scores, key=scores.__getitem__)
        top = scores[best[0]] if best else 0.0
        if top > 0:
            self._learn(file for file in best if file not in self._facts)
            seeds = {self._facts[file].path: scores[file] / top for file in best if file in self._facts}
            for file, (gain, path) in changed_together(self._database, seeds).items():
                scores[file] += _TOGETHER * gain
                self._whys[file].append(f"changed together with {path}")

    def _snippets(
        self, order: Sequence[int], paths: Mapping[int, str], named: Mapping[int, float]
    ) -> Iterable[Snippet]:
        """The best pieces of the best files: one counts by itself and by its file."""
        best = max((found[0][0] for found in self._pieces.values()), default=1.0)
        top = self._scores[order[0]] if order else 1.0
        wanted = [
            (round(self._weight(paths[file]) * strength + self._scores[file] / top, 3), piece, file)
            for file in order
            for strength, piece in self._best_pieces(file, best)
        ]
        relations = Relations(self._database, order, paths, self._stemmed)
        query = "SELECT id, first, last, name FROM pieces WHERE id IN"
        rows = {each[0]: each[1:] for each in _in_portions(self._database, query, [piece for _s, piece, _f in wanted])}
        wanted.sort(key=lambda each: (-each[0], paths[each[2]], each[1]))
        for place, (score, piece, file) in enumerate(wanted):
            first, last, name = rows[piece]
            lines = LineRange(first, last)
            relation = relations.why(file, piece, lines) if place < _TOLD else ""
            why = self._why(file, piece, name, relation)
            yield Snippet(paths[file], lines, score, why, name)
        for file in order:
            if file not in self._pieces and file not in self._similar:
                related = relations.found_by(file)
                whys = ["is named"] if file in named else []
                link = related.why if related is not None else self._link(file, order, paths)
                whys += [link] if link else []
                why = ", ".join((whys + self._whys[file])[:_WHYS]) or "its name matches"
                lines, name = (related.lines, related.name) if related is not None else (LineRange(0, 0), "")
                yield Snippet(paths[file], lines, round(self._scores[file] / top, 3), why, name)

    def _weight(self, path: str) -> float:
        if is_data(path):
            return _DATA_COUNTS
        return _PROSE_COUNTS if _PROSE.search(path) and _ASKS_FOR_PROSE.isdisjoint(self._stemmed) else 1.0

    def _link(self, file: int, order: Sequence[int], paths: Mapping[int, str]) -> str:
        """What a file imports of those that were found, or which of them imports it: the best one."""
        rows = self._database.execute(
            "SELECT target, 'imports' FROM links WHERE source = ?1 "
            "UNION ALL SELECT source, 'is imported by' FROM links WHERE target = ?1",
            (file,),
        )
        links: dict[int, str] = {}
        for other, verb in rows:
            links.setdefault(other, verb)
        return next((f"{links[other]} {paths[other]}" for other in order if other in links), "")

    def _best_pieces(self, file: int, best: float) -> Iterable[tuple[float, int]]:
        """The best few of a file, by their words and their meaning; `best` is the most that words give a piece."""
        strengths = dict(self._similar.get(file, {}))
        for score, piece in self._pieces.get(file, ())[:_PIECES_OF_FILE]:
            strengths[piece] = score / best + strengths.get(piece, 0.0)
        return heapq.nlargest(_PIECES_OF_FILE, ((strength, piece) for piece, strength in strengths.items()))

    def _why(self, file: int, piece: int, name: str, relation: str) -> str:
        matches = any(piece == each for _score, each in self._pieces.get(file, ()))
        whys = [f"matches in {name}" if name else "matches"] if matches else []
        whys += ["similar in meaning"] if piece in self._similar.get(file, {}) else []
        further = [relation, *self._whys[file]] if relation else self._whys[file]
        return ", ".join([*whys, *further[:_WHYS]])


def is_data(path: str) -> bool:
    """Whether a file holds data, or others' words, by its name."""
    return _DATA.search(path) is not None


def _joined(question: str) -> list[str]:
    """Names that words beside each other would make: `shape_list` and `ShapeList` of a "shape list"."""
    words = _LATIN.findall(question.lower())[:_JOINED_WORDS]
    pairs = dict.fromkeys(pairwise(words))
    return [f"{one}{between}{other}" for one, other in pairs for between in ("_", "")]


def _add(scores: dict[int, float], weight: float, light: Mapping[int, float]) -> None:
    best = max(light.values(), default=0.0)
    if best > 0:
        for file, value in light.items():
            scores[file] += weight * value / best


def _in_portions(
    database: sqlite3.Connection, query: str, numbers: Iterable[int], end: str = ""
) -> Iterable[tuple[Any, ...]]:
    """Rows of a query about these numbers."""
    every = list(numbers)
    for start in range(0, len(every), 500):
        portion = every[start : start + 500]
        yield from database.execute(f"{query} ({','.join('?' * len(portion))}) {end}", portion)
