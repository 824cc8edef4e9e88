"""The ledger keeps every request, in a file of its owner's, and gives the figures back."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import LocalServer
from copilot_desktop.llm.profiles import Price, Profile
from copilot_desktop.llm.requests import EMBEDDING, Outcome, RequestRecord, Usage
from copilot_desktop.usage.ledger import KEPT_BODIES, KEPT_EMBEDDINGS, VERSION, Ledger
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.unit.llm.asking import all_events, no_model, profile_of, request_for

RECORD = RequestRecord(
    request_id="r1",
    turn_id="t1",
    profile_name="work",
    model="m",
    url="http://127.0.0.1/v1/chat/completions",
    purpose="chat",
    started_at=time.time(),
    duration_s=1.5,
    first_token_s=0.25,
    usage=Usage(10, 5, 0, 3),
    cost_usd=0.125,
    outcome=Outcome.FINISHED,
    error_kind=None,
    body='{"messages": ["ä"]}',
)


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    stopped = replace(
        RECORD, first_token_s=None, usage=Usage(), cost_usd=None, outcome=Outcome.FAILED, error_kind="network"
    )
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.after_request(RECORD)
    ledger.after_request(stopped)
    ledger.after_request(replace(RECORD, turn_id="t2"))
    assert ledger.records_of("t1") == (RECORD, stopped)
    assert ledger.records_of("none") == ()
    ledger.close()
    again = Ledger(tmp_path / "ledger.sqlite")
    assert again.records_of("t1") == (RECORD, stopped)
    again.close()


def test_today_counts_today_only(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert ledger.today_usd() == 0.0
    ledger.after_request(RECORD)
    ledger.after_request(replace(RECORD, cost_usd=None))
    ledger.after_request(replace(RECORD, started_at=time.time() - 3 * 86400))
    assert ledger.today_usd() == pytest.approx(0.125)
    ledger.close()


def test_the_usual_answer_is_the_median_of_the_last_ones_of_a_model(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for tokens in (9, 400):
        ledger.after_request(replace(RECORD, usage=Usage(10, tokens)))
    # Two are too few, and these are none: of other models, of no answer, of other work, stopped.
    for other in (
        replace(RECORD, model="n"),
        replace(RECORD, profile_name="home"),
        replace(RECORD, usage=Usage()),
        replace(RECORD, purpose="review"),
        replace(RECORD, outcome=Outcome.STOPPED),
    ):
        ledger.after_request(other)
    assert ledger.usual_answer_tokens("work", "m") is None
    ledger.after_request(replace(RECORD, usage=Usage(10, 420)))
    assert ledger.usual_answer_tokens("work", "m") == 400
    for _ in range(20):
        ledger.after_request(replace(RECORD, usage=Usage(10, 30)))
    assert ledger.usual_answer_tokens("work", "m") == 30
    ledger.close()


def test_bodies_are_kept_of_the_newest_only(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite", kept_bodies=2)
    for number in range(4):
        ledger.after_request(replace(RECORD, body=f"body {number}"))
    assert [record.body for record in ledger.records_of("t1")] == ["", "", "body 2", "body 3"]
    ledger.close()


def test_embeddings_push_nothing_of_a_chat_out(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for _ in range(3):
        ledger.after_request(RECORD)
    for number in range(KEPT_BODIES + KEPT_EMBEDDINGS):
        made = replace(RECORD, purpose=EMBEDDING, turn_id="group", body=f"body {number}", usage=Usage(10, 0))
        ledger.after_request(made)
    assert [record.body for record in ledger.records_of("t1")] == [RECORD.body] * 3
    assert ledger.usual_answer_tokens(RECORD.profile_name, RECORD.model) is not None
    bodies = [record.body for record in ledger.records_of("group")]
    assert bodies[-KEPT_EMBEDDINGS:] == [f"body {number}" for number in range(KEPT_BODIES, len(bodies))]
    assert set(bodies[:-KEPT_EMBEDDINGS]) == {""}
    ledger.close()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.after_request(RECORD)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    ledger.close()


def test_threads_and_two_programs_write_at_once(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path / "ledger.sqlite") for _ in range(2)]

    def write(ledger: Ledger) -> None:
        for _ in range(20):
            ledger.after_request(RECORD)

    threads = [threading.Thread(target=write, args=(ledger,)) for ledger in ledgers for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledgers[0].records_of("t1")) == 80
    for ledger in ledgers:
        ledger.close()


def test_a_newer_file_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerStoreError):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_file_of_version_1_is_brought_on_and_a_copy_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE counts")
        database.execute("ALTER TABLE requests DROP COLUMN reasoning_tokens")
        database.execute(
            "INSERT INTO requests VALUES (1, 'r1', 't1', 'work', 'm', ?, 'chat', ?, 1.5, 0.25, 10, 5, 0, 0.125, "
            "'finished', NULL, ?)",
            (RECORD.url, RECORD.started_at, RECORD.body),
        )
        database.execute("PRAGMA user_version = 1")
    database.close()
    ledger = Ledger(path)
    assert ledger.records_of("t1") == (replace(RECORD, usage=Usage(10, 5, 0)),)
    ledger.after_request(replace(RECORD, turn_id="t2"))
    assert ledger.records_of("t2") == (replace(RECORD, turn_id="t2"),)
    ledger.close()
    copy = path.with_name("ledger.sqlite.version-1")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT count(*) FROM requests").fetchone() == (1,)
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
    database.close()


def test_a_file_of_version_2_is_brought_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.after_request(RECORD)
    ledger.close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE counts")
        database.execute("PRAGMA user_version = 2")
    database.close()
    ledger = Ledger(path)
    assert ledger.records_of("t1") == (RECORD,)
    assert ledger.token_ratio("work", "m") is None
    ledger.after_request(replace(RECORD, usage=Usage(220, 5), counted_tokens=200))
    assert ledger.token_ratio("work", "m") == pytest.approx(1.1)
    ledger.close()
    assert path.with_name("ledger.sqlite.version-2").exists()


def test_counts_of_the_server_give_the_median_ratio_of_the_last_requests(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    # Too short to say anything, and one without the server's count.
    ledger.after_request(replace(RECORD, usage=Usage(90, 5), counted_tokens=30))
    ledger.after_request(replace(RECORD, usage=Usage(), counted_tokens=300))
    assert ledger.token_ratio("work", "m") is None
    for reported in (1200, 1210, 90_000, 3000, 11, 1190):
        ledger.after_request(replace(RECORD, usage=Usage(reported, 5), counted_tokens=1000))
    ledger.after_request(replace(RECORD, model="n", usage=Usage(2000, 5), counted_tokens=1000))
    assert ledger.token_ratio("work", "m") == pytest.approx(1.205)
    for _ in range(20):
        ledger.after_request(replace(RECORD, usage=Usage(800, 5), counted_tokens=1000))
    assert ledger.token_ratio("work", "m") == pytest.approx(0.8)
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        assert database.execute("SELECT count(*) FROM counts WHERE model = 'm'").fetchone() == (15,)
    database.close()


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Ledger(path)


@pytest.mark.logs_warnings
def test_an_answer_survives_a_ledger_that_cannot_write(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.close()
    ledger.after_request(RECORD)
    with pytest.raises(StoreError):
        ledger.records_of("t1")


def test_the_client_fills_the_ledger(tmp_path: Path) -> None:
    async def read_key(profile: Profile) -> str | None:
        return None

    async def ask(base_url: str) -> None:
        client = ModelClient(ledger, read_key, LocalServer(("false",), no_model))
        await all_events(client, request_for(replace(profile_of(base_url), price=Price(1.0, 2.0))))
        await client.aclose()

    ledger = Ledger(tmp_path / "ledger.sqlite")
    with OpenAIServer() as server:
        server.answers("ok", usage=ServerUsage(1_000_000, 500_000))
        asyncio.run(ask(server.base_url))
    assert ledger.today_usd() == pytest.approx(2.0)
    assert ledger.records_of("t1")[0].outcome is Outcome.FINISHED
    ledger.close()
