"""The pure half of the wire format: events cut anywhere, every odd payload a StreamError and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import StreamError
from copilot_desktop.llm.openai_chat.wire import ChatReader, Dialect, corrected
from copilot_desktop.llm.requests import TextDelta
from copilot_desktop.llm.transport.event_stream import EventReader
from copilot_desktop.llm.transport.failures import retry_after_s
from tests.support.secret_service import ROOT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "usage", "finish_reason", "prompt_tokens_details", "message"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def events_of(data: bytes, cuts: list[int]) -> list[str]:
    reader, events, start = EventReader(), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        events += list(reader.feed(data[start:cut]))
        start = cut
    return events + list(reader.finish())


@given(st.lists(st.text(min_size=1), max_size=5), st.lists(st.integers(0, 10_000), max_size=8), st.booleans())
def test_events_are_the_same_wherever_the_bytes_are_cut(texts: list[str], cuts: list[int], is_crlf: bool) -> None:
    payloads = [json.dumps({"t": text}, ensure_ascii=False) for text in texts]
    end = "\r\n" if is_crlf else "\n"
    data = "".join(f": ping{end}event: x{end}data: {payload}{end}{end}" for payload in payloads).encode(
        "utf-8", "surrogatepass"
    )
    if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
        with pytest.raises(StreamError):
            events_of(data, cuts)
    else:
        assert events_of(data, cuts) == payloads


def test_an_event_of_several_data_lines_is_joined() -> None:
    assert events_of(b'data: {"a":\ndata: 1}\n\n', []) == ['{"a":\n1}']


def test_a_last_event_without_its_blank_line_counts() -> None:
    assert events_of(b"data: [DONE]", []) == ["[DONE]"]


@given(JSON)
def test_any_json_is_read_or_refused(payload: object) -> None:
    try:
        events = list(ChatReader().read(json.dumps(payload)))
    except StreamError:
        return
    assert all(not isinstance(event, TextDelta) or event.text for event in events)


@given(st.text())
def test_any_text_is_read_or_refused(data: str) -> None:
    try:
        list(ChatReader().read(data))
    except StreamError:
        return


def fed_before_refusal(chunk: bytes) -> int:
    """How many bytes of an endless stream of such chunks are taken before it is refused."""
    reader = EventReader()
    for number in range(2_000):
        try:
            list(reader.feed(chunk))
        except StreamError:
            return number * len(chunk)
    raise AssertionError("never refused")


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    tracemalloc.start()
    assert fed_before_refusal(b"x" * 65_536) <= 16_100_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 20_000_000


def test_many_lines_of_one_event_are_refused_as_well() -> None:
    assert fed_before_refusal(b"data: " + b"x" * 99_993 + b"\n") <= 16_100_000


def test_each_correction_happens_once() -> None:
    first = corrected(Dialect(), "unknown field stream_options")
    assert first == Dialect(takes_stream_options=False)
    assert first is not None
    assert corrected(first, "unknown field stream_options") is None
    assert corrected(first, "use max_completion_tokens") == Dialect(False, "max_completion_tokens")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:02:00 GMT"}, 20.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
    ],
)
def test_what_the_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, now=100.0) == seconds


def test_importing_the_room_imports_nothing_slow() -> None:
    code = (
        "import sys, copilot_desktop.llm.client, copilot_desktop.llm.tokens, copilot_desktop.usage.ledger\n"
        "sys.exit(str({'openai', 'httpx2', 'regex', 'xllamacpp', 'keyring'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
