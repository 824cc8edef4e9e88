"""Fetching the starter model from servers that are good and bad; on disks that are full."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401 - asyncio imports it late, and an ordinary account may not read it
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from copilot_desktop.errors import CopilotError, LocalModelError, NetworkError, ServerError, StoreError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.local_server import starter_fetch, starter_model_path
from copilot_desktop.llm.local_server.starter_fetch import FetchLimits, fetch_starter, part_bytes
from copilot_desktop.llm.local_server.starter_model import StarterFile, models_folder
from tests.support.disk_faults import as_ordinary_user, small_disk
from tests.support.file_server import FileServer
from tests.support.openai_server import closed_port_url

DATA = b"".join(hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(46_875))
QUICK = FetchLimits(connect_s=5, stall_s=1, pause_s=0.01, tries=4)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return models_folder(tmp_path / "data")


def _unheard(_count: int) -> None:
    return


def file_at(url: str, data: bytes = DATA) -> StarterFile:
    return StarterFile("Small", "Nobody", "Apache-2.0", url, "small.gguf", len(data), hashlib.sha256(data).hexdigest())


def fetched(server: FileServer, folder: Path, told: list[int] | None = None) -> bytes:
    path = asyncio.run(fetch_starter(file_at(server.url), folder, (told or []).append, QUICK))
    assert path == folder / "small.gguf"
    assert sorted(folder.iterdir()) == [path]
    return path.read_bytes()


def refused(server: FileServer, folder: Path) -> CopilotError:
    with pytest.raises(CopilotError) as caught:
        asyncio.run(fetch_starter(file_at(server.url), folder, _unheard, QUICK))
    assert not os.path.exists(folder / "small.gguf")
    assert caught.value.message.endswith(".")
    assert caught.value.advice
    return caught.value


def test_it_comes_whole_and_is_told_of(server: FileServer, folder: Path) -> None:
    told: list[int] = [0]
    assert fetched(server, folder, told) == DATA
    assert told == sorted(told)
    assert told[-1] == len(DATA)
    assert stat.S_IMODE((folder / "small.gguf").stat().st_mode) == 0o600
    (request,) = server.requests
    assert request.range == ""
    assert set(request.headers) <= {"host", "accept", "accept-encoding", "connection", "user-agent"}


def test_what_is_asked_for_is_what_the_package_holds() -> None:
    starter, path = Catalogue.load().starter, starter_model_path()
    assert starter is not None
    assert starter.url.startswith("https://")
    assert starter.url.endswith("/" + starter.file_name)
    if path is None:
        pytest.skip("the starter model is not installed")
    assert path.name == starter.file_name
    assert path.stat().st_size == starter.size_bytes
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == starter.sha256


def test_the_real_file_comes_from_a_server_and_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starter, path = Catalogue.load().starter, starter_model_path()
    if path is None or starter is None:
        pytest.skip("the starter model is not installed")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert starter_model_path(tmp_path) is None
    with FileServer(path.read_bytes()) as server:
        server.breaks_off(after=40_000_000)
        wanted = replace(starter, url=server.url)
        made = asyncio.run(fetch_starter(wanted, models_folder(tmp_path), _unheard, QUICK))
        assert [request.range != "" for request in server.requests] == [False, True]
    assert starter_model_path(tmp_path) == made


def test_a_connection_that_breaks_is_made_anew_where_it_stopped(server: FileServer, folder: Path) -> None:
    server.breaks_off(after=600_000)
    server.breaks_off(after=600_000)
    assert fetched(server, folder) == DATA
    starts = [int(request.range[6:-1] or 0) for request in server.requests[1:]]
    assert len(starts) == 2
    assert 0 < starts[0] < starts[1]


def test_a_server_that_never_gives_a_byte_more_is_given_up_and_what_came_stays(
    server: FileServer, folder: Path
) -> None:
    server.breaks_off(after=600_000)
    for _ in range(4):
        server.breaks_off(after=0)
    error = refused(server, folder)
    assert isinstance(error, NetworkError)
    assert "goes on where it stopped" in error.advice
    assert len(server.requests) == 2
    kept = part_bytes(file_at(server.url), folder)
    assert 0 < kept <= 600_000
    asked = len(server.requests)
    server._plans.clear()
    assert fetched(server, folder) == DATA
    assert server.requests[asked].range == f"bytes={kept}-"


def test_a_server_that_knows_no_parts_sends_all_of_it_again(server: FileServer, folder: Path) -> None:
    server.breaks_off(after=600_000)
    server.ignores_range()
    assert fetched(server, folder) == DATA


def test_a_part_that_was_not_asked_for_is_not_put_in_its_place(server: FileServer, folder: Path) -> None:
    server.breaks_off(after=600_000)
    server.starts_elsewhere(10)
    assert isinstance(refused(server, folder), ServerError)
    assert fetched(server, folder) == DATA


def test_wrong_bytes_are_not_kept(server: FileServer, folder: Path) -> None:
    server.gives(bytes(len(DATA)))
    error = refused(server, folder)
    assert isinstance(error, LocalModelError)
    assert "checksum" in error.message
    assert list(folder.iterdir()) == []
    assert fetched(server, folder) == DATA


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"x", b"<html>Sign in</html>"])
def test_a_file_of_another_size_is_refused_before_it_comes(server: FileServer, folder: Path, data: bytes) -> None:
    server.gives(data)
    error = refused(server, folder)
    assert isinstance(error, LocalModelError)
    assert f"{len(data):,} bytes instead of {len(DATA):,}" in error.message


def test_a_changed_part_is_found_out_at_the_end(server: FileServer, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "small.gguf.part").write_bytes(b"\0" * 1000)
    assert "checksum" in refused(server, folder).message
    assert fetched(server, folder) == DATA


def test_a_part_that_is_too_long_is_begun_anew(server: FileServer, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "small.gguf.part").write_bytes(DATA + b"more")
    assert fetched(server, folder) == DATA
    assert server.requests[0].range == ""


def test_a_part_that_is_whole_is_only_checked(server: FileServer, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "small.gguf.part").write_bytes(DATA)
    assert fetched(server, folder) == DATA
    assert server.requests == []


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_server_that_refuses(server: FileServer, folder: Path, status: int) -> None:
    server.fails(status)
    error = refused(server, folder)
    assert isinstance(error, ServerError)
    assert str(status) in error.message


def test_it_follows_where_it_is_sent_on_with_its_range(server: FileServer, folder: Path) -> None:
    server.breaks_off(after=600_000)
    server.sends_on("/elsewhere/file.gguf")
    assert fetched(server, folder) == DATA
    assert [request.path for request in server.requests[1:]] == ["/models/file.gguf", "/elsewhere/file.gguf"]
    assert server.requests[2].range != ""


def test_a_circle_of_addresses_is_left(server: FileServer, folder: Path) -> None:
    for _ in range(9):
        server.sends_on("/again")
    assert "without an end" in refused(server, folder).message
    assert len(server.requests) < 9


def test_it_is_not_sent_on_from_an_encrypted_address_to_one_that_is_not() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(302, headers={"Location": "http://elsewhere.example/file"})

    async def run() -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
            await starter_fetch._answer(client, file_at("https://models.example/file"), 0)

    with pytest.raises(ServerError, match="without encryption"):
        asyncio.run(run())
    assert asked == ["https://models.example/file"]


def test_a_server_that_falls_silent(server: FileServer, folder: Path) -> None:
    server.holds(after=100)
    for _ in range(4):
        server.holds(after=0)
    error = refused(server, folder)
    assert "nothing came any more" in error.message


def test_nobody_there(folder: Path) -> None:
    with pytest.raises(NetworkError, match="no connection could be made"):
        asyncio.run(fetch_starter(file_at(closed_port_url()), folder, _unheard, QUICK))
    assert list(folder.iterdir()) == []


def test_no_such_name(folder: Path) -> None:
    with pytest.raises(NetworkError, match=r"no-such-host\.invalid"):
        asyncio.run(fetch_starter(file_at("http://no-such-host.invalid/x"), folder, _unheard, QUICK))


def test_too_little_room_is_said_before_anything_is_asked(
    server: FileServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(folder.parent.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=3_000_000))
    error = refused(server, folder)
    assert isinstance(error, StoreError)
    assert "too little room" in error.message
    assert "3 MB are free" in error.message
    assert server.requests == []


def test_a_disk_that_becomes_full_keeps_what_it_has(
    server: FileServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(folder, 1000):
        usage = shutil.disk_usage(folder)
        monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=10**9))
        error = refused(server, folder)
        assert isinstance(error, StoreError)
        assert "disk is full" in error.message
        kept = part_bytes(file_at(server.url), folder)
        assert 0 < kept < 1_100_000
        assert (folder / "small.gguf.part").read_bytes() == DATA[:kept]


def test_a_folder_that_may_not_be_written(server: FileServer, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    tmp_path.chmod(0o755)
    with as_ordinary_user():
        error = refused(server, closed / "models")
    assert isinstance(error, StoreError)
    assert "cannot be kept" in error.message


def test_cancelling_closes_the_socket_and_keeps_what_came(server: FileServer, folder: Path) -> None:
    server.holds(after=700_000)
    file = file_at(server.url)

    async def run() -> None:
        task = asyncio.create_task(fetch_starter(file, folder, _unheard, replace(QUICK, stall_s=30)))
        while part_bytes(file, folder) < 500_000:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert part_bytes(file, folder) >= 500_000
    assert fetched(server, folder) == DATA
    assert server.requests[1].range != ""
