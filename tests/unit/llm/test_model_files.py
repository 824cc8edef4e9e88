"""Any GGUF file as a model: its head read without loading it, its memory checked, one worker at a time."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot_desktop.errors import LocalModelError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE, LocalServer, starter_model_path
from copilot_desktop.llm.local_server.gguf import read_header
from copilot_desktop.llm.local_server.memory import available_bytes, shown_bytes
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.llm.requests import Finished
from tests.support.secret_service import ROOT
from tests.unit.llm.asking import Records, all_events, request_for, text_of
from tests.unit.llm.test_local_server import COMMAND, is_running, needs_model, with_server

Field = int | str | tuple[int, ...]
LLAMA: dict[str, Field] = {
    "general.architecture": "llama",
    "general.name": "Test 1B",
    "llama.block_count": 16,
    "llama.context_length": 4096,
    "llama.embedding_length": 2048,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
}


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(fields: Mapping[str, Field], version: int = 3, count: int | None = None) -> bytes:
    """The head of a file with these fields, and some tensors' worth of zeros."""
    data = b"GGUF" + struct.pack("<IQQ", version, 0, len(fields) + 1 if count is None else count)
    data += text("general.tags") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    for name, value in fields.items():
        data += text(name)
        match value:
            case int():
                data += struct.pack("<II", 4, value)
            case str():
                data += struct.pack("<I", 8) + text(value)
            case tuple():
                data += struct.pack(f"<IIQ{len(value)}I", 9, 4, len(value), *value)
    return data + bytes(1000)


def kept(folder: Path, data: bytes, name: str = "test.gguf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_the_head_says_what_the_model_is_and_takes(tmp_path: Path) -> None:
    path = kept(tmp_path, gguf(LLAMA))
    header = read_header(path)
    assert (header.name, header.context_tokens) == ("Test 1B", 4096)
    assert header.size_bytes == path.stat().st_size
    # Keys and values of 16 layers with 8 heads of 64 numbers in two bytes.
    assert header.bytes_per_token == 16 * 8 * (64 + 64) * 2
    assert header.needed_bytes(4096) == header.size_bytes + 4096 * header.bytes_per_token + 250_000_000


def test_heads_that_differ_by_layer_and_widths_that_are_said(tmp_path: Path) -> None:
    fields: dict[str, Field] = LLAMA | {
        "llama.attention.head_count_kv": (1, 2, 3),
        "llama.attention.key_length": 100,
        "llama.attention.value_length": 50,
        "tokenizer.ggml.model": "never read",
    }
    assert read_header(kept(tmp_path, gguf(fields))).bytes_per_token == 6 * 150 * 2


def test_a_file_without_a_name_has_its_own(tmp_path: Path) -> None:
    fields = {name: value for name, value in LLAMA.items() if name != "general.name"}
    assert read_header(kept(tmp_path, gguf(fields, version=2), "mine.gguf")).name == "mine"


def test_a_split_model_counts_all_its_parts(tmp_path: Path) -> None:
    first = kept(tmp_path, gguf(LLAMA), "m-00001-of-00002.gguf")
    with pytest.raises(LocalModelError, match=r"m-00002-of-00002\.gguf is not there"):
        read_header(first)
    kept(tmp_path, bytes(5000), "m-00002-of-00002.gguf")
    assert read_header(first).size_bytes == first.stat().st_size + 5000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"PK\x03\x04 a zip",
        gguf(LLAMA, version=1),
        gguf(LLAMA, count=2**40),
        gguf({}),
        gguf(LLAMA)[:100],
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**60),
    ],
)
def test_what_is_no_model_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(LocalModelError, match=r"test\.gguf is no model") as caught:
        read_header(kept(tmp_path, data))
    assert caught.value.detail


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(LocalModelError, match="is not there"):
        read_header(tmp_path / "gone.gguf")
    with pytest.raises(LocalModelError, match="cannot be read"):
        read_header(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, noise: bytes, at: int) -> None:
    data = gguf(LLAMA)
    try:
        read_header(kept(tmp_path, data[:at] + noise + data[at + len(noise) :]))
    except LocalModelError:
        return


@needs_model
def test_the_starter_model_s_own_head() -> None:
    path = starter_model_path()
    assert path is not None
    header = read_header(path)
    assert header.context_tokens == 8192
    assert 0 < header.bytes_per_token < 100_000


def test_the_system_says_what_is_free() -> None:
    free = available_bytes()
    assert free is not None
    assert free > 1_000_000
    assert (shown_bytes(640_000_000), shown_bytes(4_700_000_000)) == ("640 MB", "4.7 GB")


def profile_of(path: Path, **more: int) -> Profile:
    return Profile("mine", ProviderKind.LOCAL_FILE, "", path.stem, model_path=str(path), **more)  # type: ignore[arg-type]


def error_of(profile: Profile, free: int | None = None) -> LocalModelError:
    async def work(server: LocalServer) -> None:
        client = ModelClient(Records(), no_key, server)
        try:
            await all_events(client, request_for(profile))
        finally:
            await client.aclose()

    with pytest.raises(LocalModelError) as caught:
        with_server(work, LocalServer(COMMAND, free_bytes=lambda: free))
    return caught.value


async def no_key(profile: Profile) -> str | None:
    raise AssertionError("a local model has no key")


def test_a_model_that_does_not_fit_is_not_loaded(tmp_path: Path) -> None:
    error = error_of(profile_of(kept(tmp_path, gguf(LLAMA))), free=200_000_000)
    assert error.message == "Test 1B needs about 384 MB of memory, and 200 MB are free."
    assert "context limit" in error.advice


def test_a_context_larger_than_the_model_s(tmp_path: Path) -> None:
    error = error_of(profile_of(kept(tmp_path, gguf(LLAMA)), limit_tokens=9000))
    assert error.message == "Test 1B takes at most 4,096 tokens, and 9,000 are asked for."


def test_a_file_that_llama_cpp_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    error = error_of(profile_of(kept(tmp_path, gguf(LLAMA))))
    assert error.message == "Test 1B could not be started."


@needs_model
def test_a_file_answers_and_takes_the_place_of_an_idle_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MY_API_KEY", "sk-test-not-for-children")
    path = starter_model_path()
    assert path is not None

    async def work(server: LocalServer) -> None:
        client = ModelClient(Records(), no_key, server)
        first = await all_events(client, request_for(BUILT_IN_PROFILE, "Say hello.", max_output_tokens=4))
        starter = server.process_id
        assert starter is not None
        assert b"sk-test" not in Path(f"/proc/{starter}/environ").read_bytes()
        file = profile_of(path, limit_tokens=2048, threads=1)
        second = await all_events(client, request_for(file, "Say hello.", max_output_tokens=4))
        assert not is_running(starter)
        assert server.process_id is None
        for events in (first, second):
            assert text_of(events)
            assert isinstance(events[-1], Finished)
        await client.aclose()

    with_server(work, LocalServer(COMMAND))


@needs_model
def test_an_answer_is_not_cut_by_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    path = starter_model_path()
    assert path is not None

    async def work(server: LocalServer) -> None:
        client = ModelClient(Records(), no_key, server)
        long = request_for(BUILT_IN_PROFILE, "Count to one hundred.", max_output_tokens=60)
        events = client.stream(long)
        assert text_of([await anext(events)])
        starter = server.process_id
        await all_events(client, request_for(profile_of(path), "Say hello.", max_output_tokens=8))
        assert server.process_id == starter
        rest = [event async for event in events]
        assert isinstance(rest[-1], Finished)
        await asyncio.wait_for(client.aclose(), 30)

    with_server(work, LocalServer(COMMAND))
