"""What of a folder is to be embedded: the pieces of the index as texts, how much they are, and the next few of them.

What embeds them is given as a function: this room talks to no model.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final

from copilot_desktop.context.index.ranking import is_data
from copilot_desktop.context.index.schema import unusable
from copilot_desktop.context.index.vectors import (
    EmbeddedPiece,
    embedded_files,
    known_digests,
    prune_vectors,
    put_embedded,
    put_vectors,
    remove_embedded,
)
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_CHARACTERS: Final = 3_000
"""What a piece is about stands at its beginning, and small models take no more."""
_DIGEST_BYTES: Final = 16
_SAMPLES: Final = 24
"""So many files are counted to say what all have."""
_TEXTS: Final = 64
"""Of one request: what is stopped or fails has cost little."""
_FILES: Final = 100
"""Read together at most, where all of what they hold is known."""
_SHORTEST: Final = 20


@dataclass(frozen=True, slots=True)
class Amount:
    """What is still to be embedded: files, and their pieces and tokens, estimated by some of them; `example`: a text
    as it would be sent."""

    files: int = 0
    pieces: int = 0
    tokens: int = 0
    example: str = ""


@dataclass(frozen=True, slots=True)
class FileToEmbed:
    """One file of which not every piece has a vector. `held`: the index's hash of what it holds; `texts` are those of
    the pieces that have none, as they may leave."""

    path: str
    held: bytes
    pieces: tuple[EmbeddedPiece, ...]
    texts: tuple[tuple[bytes, str], ...]


class Embedding:
    """Of one folder, on workers; one thing at a time. `read` gives the text of a path as a model may see it, or raises
    CopilotError. Without `vectors` none are known, and none kept."""

    def __init__(
        self, index: sqlite3.Connection, vectors: sqlite3.Connection | None, read: Callable[[str], str]
    ) -> None:
        self._index, self._vectors, self._read = index, vectors, read
        self._lock = threading.Lock()
        self._batches: Iterator[tuple[FileToEmbed, ...]] = iter(())

    def close(self) -> None:
        """Close what it was given, once nothing is under way."""
        with self._lock:
            self._index.close()
            if self._vectors is not None:
                self._vectors.close()

    def amount(self, count_tokens: Callable[[str], int]) -> Amount:
        """How much is to be embedded. Raises StoreError."""
        with self._locked():
            missing, _gone = self._missing()
            step = max(1, len(missing) // _SAMPLES)
            seen = pieces = tokens = 0
            example = ""
            for path, held, characters in missing[::step]:
                seen += characters
                file = self._file(path, held)
                for _digest, text in () if file is None else file.texts:
                    pieces, tokens = pieces + 1, tokens + count_tokens(text)
                    example = example or text
            all_characters = sum(characters for _path, _held, characters in missing)
            share = all_characters / seen if seen else 0.0
            return Amount(len(missing), round(pieces * share), round(tokens * share), example)

    def begin(self) -> int:
        """Find what is missing, and forget what is gone; how many files `next_batch` will give. Raises StoreError."""
        with self._locked():
            missing, gone = self._missing()
            if gone and self._vectors is not None:
                remove_embedded(self._vectors, gone)
            self._batches = self._read_batches(missing)
            return len(missing)

    def next_batch(self) -> tuple[FileToEmbed, ...]:
        """The next files, as many together as fill a request; none after the last. Raises StoreError."""
        with self._locked():
            return next(self._batches, ())

    def keep_vectors(self, texts: Sequence[tuple[bytes, str]], vectors: Sequence[Sequence[float]]) -> None:
        """Vectors have come for these texts. Raises StoreError."""
        with self._locked():
            if self._vectors is not None:
                digests = (digest for digest, _text in texts)
                put_vectors(self._vectors, dict(zip(digests, vectors, strict=True)))

    def keep(self, files: Iterable[FileToEmbed]) -> None:
        """All their pieces have vectors. Raises StoreError."""
        with self._locked():
            if self._vectors is not None:
                for file in files:
                    put_embedded(self._vectors, file.path, file.held, file.pieces)

    def end(self) -> None:
        """All is embedded: forget most of what is of no use any more. Raises StoreError."""
        with self._locked():
            if self._vectors is not None:
                prune_vectors(self._vectors)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise unusable(error) from error

    def _missing(self) -> tuple[list[tuple[str, bytes, int]], set[str]]:
        """Paths, hashes and characters of the files that have changed or come since; the paths of those that are
        gone."""
        rows = self._index.execute("SELECT path, hash, characters FROM files ORDER BY path").fetchall()
        known = {} if self._vectors is None else embedded_files(self._vectors)
        missing = [row for row in rows if row[2] and known.get(row[0]) != row[1] and not is_data(row[0])]
        return missing, known.keys() - {path for path, _held, _characters in rows}

    def _read_batches(self, missing: Iterable[tuple[str, bytes, int]]) -> Iterator[tuple[FileToEmbed, ...]]:
        """What cannot be read, or has changed since the index read it, waits."""
        batch: list[FileToEmbed] = []
        for path, held, _characters in missing:
            file = self._file(path, held)
            if file is not None:
                batch.append(file)
            if sum(len(each.texts) for each in batch) >= _TEXTS or len(batch) >= _FILES:
                yield tuple(batch)
                batch = []
        if batch:
            yield tuple(batch)

    def _file(self, path: str, held: bytes) -> FileToEmbed | None:
        query = "SELECT first, last, name FROM pieces JOIN files ON files.id = pieces.file WHERE path = ? AND hash = ?"
        rows = self._index.execute(query, (path, held)).fetchall()
        try:
            text = self._read(path)
        except CopilotError:
            return None
        masking = Masking(turns_back=False)
        masking.learn_unshown((text,))  # a folder is too much for anybody to look through before it leaves
        lines, masked = split_lines(text), split_lines(masking.mask(text).text)
        if len(masked) != len(lines):
            rows = []  # a private key: of the half of one in a piece nobody could tell what it is
        pieces, texts = [], dict[bytes, str]()
        for first, last, name in sorted(rows):
            if last > len(lines):
                return None  # it has changed since, and is looked at again when the index has
            whole = embedded_text(path, name, "".join(lines[first:last]))
            if whole:
                # Of what it says, and not of what it says when masked, which is something else each time.
                digest = hashlib.blake2b(whole.encode("utf-8", "replace"), digest_size=_DIGEST_BYTES).digest()
                pieces.append(EmbeddedPiece(LineRange(first, last), name, digest))
                texts[digest] = embedded_text(path, name, "".join(masked[first:last]))[:_CHARACTERS]
        known = set() if self._vectors is None else known_digests(self._vectors, texts)
        return FileToEmbed(path, held, tuple(pieces), tuple(each for each in texts.items() if each[0] not in known))


def embedded_text(path: str, name: str, text: str) -> str:
    """A piece as it is sent: where it stands and what it is called, then its text; nothing where that says nothing."""
    if len(text.strip()) < _SHORTEST:
        return ""
    return f"{path}{' ' if name else ''}{name}\n{text}"


async def embed_missing(
    embedding: Embedding,
    embed: Callable[[Sequence[str]], Awaitable[Sequence[Sequence[float]]]],
    tell: Callable[[int, int], None],
) -> None:
    """Embed what has no vectors yet; `tell` is called with how many files are done, of how many. On the asyncio thread.

    What was paid for is kept at once, so that nothing is sent twice whenever it is stopped. Raises what `embed` raises,
    and StoreError.
    """
    total, done = await asyncio.to_thread(embedding.begin), 0
    tell(done, total)
    while batch := await asyncio.to_thread(embedding.next_batch):
        texts = list({digest: (digest, text) for file in batch for digest, text in file.texts}.values())
        for start in range(0, len(texts), _TEXTS):
            portion = texts[start : start + _TEXTS]
            vectors = await embed([text for _digest, text in portion])
            # What was paid for is kept, also where it is stopped meanwhile.
            await asyncio.shield(asyncio.to_thread(embedding.keep_vectors, portion, vectors))
        await asyncio.to_thread(embedding.keep, batch)
        done += len(batch)
        tell(done, total)
    await asyncio.to_thread(embedding.end)
