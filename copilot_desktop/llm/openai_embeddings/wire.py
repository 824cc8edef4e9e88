"""Requests and answers of `/v1/embeddings`: no sockets here. Each message of a request is a text to be embedded."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from copilot_desktop.errors import StreamError
from copilot_desktop.llm.requests import Embedded, FinishReason, ModelEvent, ModelRequest, Usage
from copilot_desktop.llm.transport.event_stream import count_of
from copilot_desktop.llm.transport.wire_format import AnswerReader, WireFormat

_MOST_DIMENSIONS: Final = 16_384


class EmbeddingsFormat(WireFormat):
    """Embeddings from one server."""

    PATH: ClassVar[str] = "embeddings"

    def body(self, request: ModelRequest, model: str) -> dict[str, Any]:
        """The JSON body."""
        texts = [message.text for message in request.messages]
        # Servers that imitate OpenAI's do not all know base64, which the SDK would ask for.
        return {"model": model, "input": texts, "encoding_format": "float"}

    def reader(self) -> EmbeddingsReader:
        """A reader for one answer."""
        return EmbeddingsReader()

    def learn(self, model: str, refusal: str) -> bool:
        """No field can be left out."""
        return False


class EmbeddingsReader(AnswerReader):
    """Reads the one JSON object of an answer."""

    def read_payload(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """The same, where a server sends the object as an event."""
        return self.read_whole(payload)

    def read_whole(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """The vectors, in the order of the texts. Raises StreamError where they are none."""
        if payload.get("error"):
            self.problem = payload
            return ()
        usage = payload.get("usage")
        if isinstance(usage, dict):
            # What is embedded has no output, and some servers tell the total alone.
            counted = count_of(usage.get("prompt_tokens"))
            self.usage = Usage(count_of(usage.get("total_tokens")) if counted is None else counted, 0)
        vectors = _vectors(payload.get("data"))
        self.has_begun = self.has_text = True
        self.reason = FinishReason.STOP
        return (Embedded(vectors),)


def _vectors(data: object) -> tuple[array[float], ...]:
    if not isinstance(data, list) or not data:
        raise _unusable("`data` is no list of vectors")
    placed: dict[int, array[float]] = {}
    for at, row in enumerate(data):
        if not isinstance(row, dict):
            raise _unusable("an entry of `data` is not an object")
        number = row.get("index", at)
        if not isinstance(number, int) or number in placed or not 0 <= number < len(data):
            raise _unusable(f"the number {number!r} of a vector is not one of {len(data)}")
        placed[number] = _vector(row.get("embedding"))
    if len({len(vector) for vector in placed.values()}) != 1:
        raise _unusable("the vectors of one answer have different lengths")
    return tuple(placed[number] for number in range(len(data)))


def _vector(values: object) -> array[float]:
    """The vector, as long as 1."""
    if not isinstance(values, list) or not 0 < len(values) <= _MOST_DIMENSIONS:
        raise _unusable("a vector is no list of numbers")
    try:
        vector = array("d", values)
    except (TypeError, OverflowError) as error:
        raise _unusable(f"a vector holds what is no number: {error}") from error
    length = math.sqrt(sum(value * value for value in vector))
    if not math.isfinite(length) or length == 0:
        raise _unusable("a vector holds what is no finite number, or nothing but zeros")
    return array("d", (value / length for value in vector))


def _unusable(detail: str) -> StreamError:
    return StreamError(
        "The server's answer holds no usable vectors.",
        advice="Check that the model is one for embeddings; the details hold what is wrong with the answer.",
        detail=detail,
    )
