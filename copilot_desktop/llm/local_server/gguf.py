"""The head of a GGUF file, read without loading the model: what it is and how much memory it takes."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from copilot_desktop.errors import LocalModelError
from copilot_desktop.values import dataclass

_MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_FIELD_LIMIT: Final = 100_000
_TEXT_LIMIT_BYTES: Final = 1_000_000
_KEPT_NUMBERS: Final = 4096
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf\Z")
# Keys and values are kept in 16 bits each.
_VALUE_BYTES: Final = 2
# What computing takes besides, of which the scores of all words are the most.
_WORKING_BYTES: Final = 250_000_000

Value = int | float | str | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What is known of a model before it is loaded. `context_tokens` is what it was made for; 0: not said."""

    path: Path
    name: str
    context_tokens: int
    size_bytes: int
    bytes_per_token: int

    def needed_bytes(self, context_tokens: int) -> int:
        """About how much memory the model takes with a context of this size."""
        return self.size_bytes + context_tokens * self.bytes_per_token + _WORKING_BYTES


def read_header(path: Path) -> GgufHeader:
    """Read the head of a model's file, its other parts' sizes included. Raises LocalModelError with a sentence."""
    try:
        with path.open("rb") as file:
            fields = _fields(file, os.fstat(file.fileno()).st_size)
        size_bytes = sum(part.stat().st_size for part in _parts(path))
    except FileNotFoundError as error:
        missing = Path(str(error.filename or path))
        raise LocalModelError(
            f"The model's file {missing.name} is not there.",
            advice="It may have been moved or deleted: choose the file anew in Settings, Models.",
            detail=str(missing),
        ) from error
    except OSError as error:
        raise LocalModelError(
            f"The model's file {path.name} cannot be read: {error.strerror or error}.",
            advice="Check that it is a file and that you may read it.",
        ) from error
    except (struct.error, ValueError, OverflowError, MemoryError) as error:
        raise _no_model(path, str(error)) from error
    return _header(path, fields, size_bytes)


def _header(path: Path, fields: Mapping[str, Value], size_bytes: int) -> GgufHeader:
    architecture = fields.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise _no_model(path, "no architecture")

    def number(name: str) -> int:
        value = fields.get(f"{architecture}.{name}")
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

    layers, heads, width = number("block_count"), number("attention.head_count"), number("embedding_length")
    kv_heads = fields.get(f"{architecture}.attention.head_count_kv")
    # Some models have another number of heads in each layer.
    all_heads = sum(kv_heads) if isinstance(kv_heads, tuple) else layers * (number("attention.head_count_kv") or heads)
    head_width = width // heads if heads else 0
    key_width = number("attention.key_length") or head_width
    value_width = number("attention.value_length") or head_width
    name = fields.get("general.name")
    return GgufHeader(
        path=path,
        name=name if isinstance(name, str) and name.strip() else path.stem,
        context_tokens=number("context_length"),
        size_bytes=size_bytes,
        bytes_per_token=all_heads * (key_width + value_width) * _VALUE_BYTES,
    )


def _fields(file: BinaryIO, size_bytes: int) -> dict[str, Value]:
    """The fields before the words of the tokenizer, which come last and are many."""
    if file.read(4) != _MAGIC:
        raise ValueError("it does not begin with GGUF")
    version, _tensors, count = struct.unpack("<IQQ", file.read(20))
    if version not in _VERSIONS:
        raise ValueError(f"version {version} of the format is not known")
    if count > _FIELD_LIMIT:
        raise ValueError(f"{count} fields")
    fields: dict[str, Value] = {}
    for _ in range(count):
        name = _text(file, size_bytes)
        if name.startswith("tokenizer.") and "general.architecture" in fields:
            break
        fields[name] = _value(file, _number(file, "I"), size_bytes)
    return fields


def _value(file: BinaryIO, kind: int, size_bytes: int) -> Value:
    if kind == _STRING:
        return _text(file, size_bytes)
    if kind == _ARRAY:
        return _array(file, size_bytes)
    if kind not in _SCALARS:
        raise ValueError(f"a value of the unknown kind {kind}")
    value: int | float = struct.unpack(f"<{_SCALARS[kind]}", file.read(struct.calcsize(f"<{_SCALARS[kind]}")))[0]
    return value


def _array(file: BinaryIO, size_bytes: int) -> Value:
    kind, count = _number(file, "I"), _number(file, "Q")
    if kind == _ARRAY or count > size_bytes:
        raise ValueError("an array of arrays, or one larger than the file")
    if kind == _STRING:
        for _ in range(count):
            _skip(file, _number(file, "Q"), size_bytes)
        return None
    if kind not in _SCALARS:
        raise ValueError(f"an array of the unknown kind {kind}")
    width = struct.calcsize(f"<{_SCALARS[kind]}")
    if count > _KEPT_NUMBERS or _SCALARS[kind] in "fd?":
        _skip(file, count * width, size_bytes)
        return None
    return struct.unpack(f"<{count}{_SCALARS[kind]}", file.read(count * width))


def _text(file: BinaryIO, size_bytes: int) -> str:
    length = _number(file, "Q")
    if length > _TEXT_LIMIT_BYTES:
        _skip(file, length, size_bytes)
        return ""
    data = file.read(length)
    if len(data) < length:
        raise ValueError("the file ends in its head")
    return data.decode("utf-8", "replace")


def _number(file: BinaryIO, kind: str) -> int:
    value: int = struct.unpack(f"<{kind}", file.read(struct.calcsize(f"<{kind}")))[0]
    return value


def _skip(file: BinaryIO, length: int, size_bytes: int) -> None:
    if file.tell() + length > size_bytes:
        raise ValueError("the file ends in its head")
    file.seek(length, os.SEEK_CUR)


def _parts(path: Path) -> Iterator[Path]:
    """The file, with its siblings where a large model is split."""
    split = _PART.search(path.name)
    if split is None:
        yield path
        return
    for number in range(1, int(split[2]) + 1):
        yield path.with_name(f"{path.name[: split.start()]}-{number:05}-of-{split[2]}.gguf")


def _no_model(path: Path, reason: str) -> LocalModelError:
    return LocalModelError(
        f"{path.name} is no model that can be loaded: it is not in the GGUF format, or is damaged.",
        advice="Choose a file that ends in .gguf; if the name is right, fetch it again.",
        detail=reason,
    )
