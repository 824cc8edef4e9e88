"""The ledger: every request with its tokens, price, times and body, in one SQLite file.

It is the gate that all requests pass, so no feature can go round it. Figures are kept for ever; bodies, which hold
file content, only of the newest requests, and the file is readable by its owner alone.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.llm.requests import EMBEDDING, ModelRequest, Outcome, RequestRecord, Usage
from copilot_desktop.llm.tokens import LEAST_RATIO, MOST_RATIO

VERSION: Final = 3
KEPT_BODIES: Final = 200
KEPT_EMBEDDINGS: Final = 20
"""A folder has hundreds of them, each as long as a file: they must not push out what chats have sent."""

_BUSY_TIMEOUT_S = 5.0
_RECENT, _ANSWERS, _FEWEST_ANSWERS = 2000, 20, 3
_COUNTS_OF_MODEL = 15
# A request with less is mostly what the server adds to each.
_LEAST_COUNTED = 100
_log = logging.getLogger(__name__)
_COLUMNS = (
    "request_id, turn_id, profile_name, model, url, purpose, started_at, duration_s, first_token_s, "
    "input_tokens, output_tokens, cached_tokens, cost_usd, outcome, error_kind, body, reasoning_tokens"
)
# What was counted here of a request and what its server counted: of the last requests to each model.
_COUNTS = """
CREATE TABLE IF NOT EXISTS counts (
    number INTEGER PRIMARY KEY,
    profile_name TEXT NOT NULL,
    model TEXT NOT NULL,
    counted INTEGER NOT NULL,
    reported INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS counts_by_model ON counts (profile_name, model);
"""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    profile_name TEXT NOT NULL,
    model TEXT NOT NULL,
    url TEXT NOT NULL,
    purpose TEXT NOT NULL,
    started_at REAL NOT NULL,
    duration_s REAL NOT NULL,
    first_token_s REAL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    cost_usd REAL,
    outcome TEXT NOT NULL,
    error_kind TEXT,
    body TEXT NOT NULL,
    reasoning_tokens INTEGER
);
{_COUNTS}CREATE INDEX IF NOT EXISTS requests_by_turn ON requests (turn_id);
CREATE INDEX IF NOT EXISTS requests_by_time ON requests (started_at);
"""


class Ledger:
    """Fulfils `RequestGate`. Safe in every thread; `close()` at the end. `kept_bodies`: of how many newest requests.

    Raises StoreError when the file cannot be opened, NewerStoreError when a newer version wrote it.
    """

    def __init__(self, path: Path, kept_bodies: int = KEPT_BODIES) -> None:
        self._path = path
        self._kept_bodies = kept_bodies
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from error

    def before_request(self, request: ModelRequest) -> None:
        """Let every request go; caps arrive here."""

    def after_request(self, record: RequestRecord) -> None:
        """Keep a record. A full disk must not lose an answer that has come: it is logged, and the answer goes on."""
        usage = record.usage
        row = (
            *(record.request_id, record.turn_id, record.profile_name, record.model, record.url, record.purpose),
            *(record.started_at, record.duration_s, record.first_token_s),
            *(usage.input_tokens, usage.output_tokens, usage.cached_tokens),
            *(record.cost_usd, record.outcome.value, record.error_kind, record.body, usage.reasoning_tokens),
        )
        places = ", ".join("?" * len(row))
        try:
            with self._use() as database, database:
                database.execute(f"INSERT INTO requests ({_COLUMNS}) VALUES ({places})", row)  # noqa: S608 - constants
                self._drop_bodies(database, record.purpose)
                _keep_counts(database, record)
        except StoreError as error:
            _log.error("the ledger could not keep a request: %s", error.detail)

    def _drop_bodies(self, database: sqlite3.Connection, purpose: str) -> None:
        """Forget the bodies of all but the newest, of embeddings and of all others apart."""
        same = "purpose = ?" if purpose == EMBEDDING else "purpose != ?"
        kept = min(KEPT_EMBEDDINGS, self._kept_bodies) if purpose == EMBEDDING else self._kept_bodies
        newest = f"SELECT number FROM requests WHERE {same} ORDER BY number DESC LIMIT 1 OFFSET ?"  # noqa: S608 - constants
        database.execute(
            f"UPDATE requests SET body = '' WHERE body != '' AND {same} AND number <= ({newest})",  # noqa: S608
            (EMBEDDING, EMBEDDING, kept),
        )

    def today_usd(self) -> float:
        """US dollars since midnight, local time; requests of unknown price count nothing. Raises StoreError."""
        midnight = datetime.now(UTC).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        with self._use() as database:
            (total,) = database.execute(
                "SELECT total(cost_usd) FROM requests WHERE started_at >= ?", (midnight.timestamp(),)
            ).fetchone()
        return float(total)

    def records_of(self, turn_id: str) -> tuple[RequestRecord, ...]:
        """The requests of a turn, oldest first; `body` is "" where it is no longer kept. Raises StoreError."""
        query = f"SELECT {_COLUMNS} FROM requests WHERE turn_id = ? ORDER BY number"  # noqa: S608 - constants
        with self._use() as database:
            rows = database.execute(query, (turn_id,)).fetchall()
        return tuple(_record(row) for row in rows)

    def has_records_of(self, turn_id: str) -> bool:
        """Whether a request of a turn was sent. Raises StoreError."""
        with self._use() as database:
            return (
                database.execute("SELECT 1 FROM requests WHERE turn_id = ? LIMIT 1", (turn_id,)).fetchone() is not None
            )

    def usual_answer_tokens(self, profile_name: str, model: str) -> int | None:
        """The median of what a model's last answers had; None where there are too few to say. Raises StoreError.

        Of answers of the chat that have ended by themselves, thinking included, among the newest requests.
        """
        with self._use() as database:
            rows = database.execute(
                "SELECT output_tokens FROM (SELECT * FROM requests WHERE purpose != ? ORDER BY number DESC LIMIT ?) "
                "WHERE profile_name = ? AND model = ? AND purpose = 'chat' AND outcome = 'finished' "
                "AND output_tokens > 0 LIMIT ?",
                (EMBEDDING, _RECENT, profile_name, model, _ANSWERS),
            ).fetchall()
        counts = sorted(tokens for (tokens,) in rows)
        return counts[len(counts) // 2] if len(counts) >= _FEWEST_ANSWERS else None

    def token_ratio(self, profile_name: str, model: str) -> float | None:
        """How many tokens a model's server counted for each that was counted here; None where it has not yet.

        The median of its last requests. Raises StoreError.
        """
        with self._use() as database:
            rows = database.execute(
                "SELECT counted, reported FROM counts WHERE profile_name = ? AND model = ?", (profile_name, model)
            ).fetchall()
        ratios = sorted(reported / counted for counted, reported in rows)
        return (ratios[(len(ratios) - 1) // 2] + ratios[len(ratios) // 2]) / 2 if ratios else None

    def close(self) -> None:
        """Close the file; nothing can be kept afterwards."""
        with self._lock:
            self._database.close()

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._database
            except sqlite3.Error as error:
                raise _unusable(self._path, error) from error


def _private(path: Path) -> sqlite3.Connection:
    """Made with the right mode before SQLite opens it; its -wal and -shm files take the same."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = _private(path)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise NewerStoreError(
                "The ledger of requests was written by a newer version of the program; it is left untouched.",
                advice="Start the newer version, or move the file away to begin a new one.",
                detail=str(path),
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            # IMMEDIATE and IF NOT EXISTS: of two programs that start at once, the second finds the tables made.
            database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version < VERSION:
            _migrate(database, path)
    except BaseException:  # border: whatever ends the opening must not leave the file open
        database.close()
        raise
    return database


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    """From version 1, which did not know the tokens that models think with, and 2, which kept no counts of our own.

    A copy of the file is kept.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    with closing(_private(path.with_name(f"{path.name}.version-{version}"))) as copy:
        database.backup(copy)
    database.execute("BEGIN IMMEDIATE")
    # Of two programs that start at once, the second finds it done.
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 1:
        database.execute("ALTER TABLE requests ADD COLUMN reasoning_tokens INTEGER")
    if version < VERSION:
        for statement in filter(str.strip, _COUNTS.split(";")):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")
    database.commit()


def _keep_counts(database: sqlite3.Connection, record: RequestRecord) -> None:
    counted, reported = record.counted_tokens, record.usage.input_tokens
    if counted is None or not reported or counted < _LEAST_COUNTED:
        return
    if not LEAST_RATIO <= reported / counted <= MOST_RATIO:
        return
    names = (record.profile_name, record.model)
    database.execute(
        "INSERT INTO counts (profile_name, model, counted, reported) VALUES (?, ?, ?, ?)", (*names, counted, reported)
    )
    database.execute(
        "DELETE FROM counts WHERE number IN (SELECT number FROM counts WHERE profile_name = ? AND model = ? "
        "ORDER BY number DESC LIMIT -1 OFFSET ?)",
        (*names, _COUNTS_OF_MODEL),
    )


def _record(row: tuple[Any, ...]) -> RequestRecord:
    (request_id, turn_id, profile_name, model, url, purpose, started_at, duration_s, first_token_s) = row[:9]
    (input_tokens, output_tokens, cached_tokens, cost_usd, outcome, error_kind, body, reasoning_tokens) = row[9:]
    return RequestRecord(
        request_id=request_id,
        turn_id=turn_id,
        profile_name=profile_name,
        model=model,
        url=url,
        purpose=purpose,
        started_at=started_at,
        duration_s=duration_s,
        first_token_s=first_token_s,
        usage=Usage(input_tokens, output_tokens, cached_tokens, reasoning_tokens),
        cost_usd=cost_usd,
        outcome=Outcome(outcome),
        error_kind=error_kind,
        body=body,
    )


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(
        "The ledger of requests cannot be read or written.",
        advice="Check that the disk is not full and that the file belongs to you; to begin a new one, move it away.",
        detail=f"{path}: {type(error).__name__}: {error}",
    )
