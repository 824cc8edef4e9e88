"""The models that run on this machine: the starter model and any GGUF file, each in a worker of its own.

Memory holds few models, so a worker that nobody waits for is ended before another model is loaded.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.errors import LocalModelError
from copilot_desktop.llm.local_server.gguf import GgufHeader, read_header
from copilot_desktop.llm.local_server.memory import available_bytes, check_fits
from copilot_desktop.llm.local_server.starter_model import CONTEXT_TOKENS, how_to_install, starter_model_path
from copilot_desktop.llm.local_server.worker_process import Endpoint, LocalModel, WorkerProcess
from copilot_desktop.values import dataclass

USUAL_CONTEXT_TOKENS: Final = 8192
"""Where neither the user nor the model asks for less: what a chat about a few files needs."""
_TINY_BYTES: Final = 500_000_000


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file as a profile asks for it. `context_tokens` None: up to the usual size."""

    path: Path
    context_tokens: int | None = None
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A model's file before it is loaded: what it is, the context it would get, and the memory it takes and finds."""

    name: str
    size_bytes: int
    made_for_tokens: int
    context_tokens: int
    needed_bytes: int
    free_bytes: int | None

    @property
    def is_tiny(self) -> bool:
        """Whether it is too small to follow the rules of proposing edits."""
        return self.size_bytes < _TINY_BYTES


def inspect_file(path: Path, context_tokens: int | None) -> FileFacts:
    """Read the head of a file. `context_tokens` None: as large as is usual. Raises LocalModelError. Blocks briefly."""
    header = read_header(path)
    wanted = context_tokens or usual_context(header)
    return FileFacts(
        header.name, header.size_bytes, header.context_tokens, wanted, header.needed_bytes(wanted), available_bytes()
    )


def usual_context(header: GgufHeader) -> int:
    """The context of a model where the user asks for none."""
    return min(header.context_tokens or CONTEXT_TOKENS, USUAL_CONTEXT_TOKENS)


class LocalServer:
    """All workers. Used on one event loop; `aclose()` before the loop ends.

    `command` starts a worker, `--worker model` included. `find_starter` gives the starter model's file or None. Where a
    method takes a file, None is the starter model.
    """

    def __init__(
        self,
        command: tuple[str, ...],
        find_starter: Callable[[], Path | None] = starter_model_path,
        time_limit_s: float = 60.0,
        free_bytes: Callable[[], int | None] = available_bytes,
    ) -> None:
        self._command = command
        self._find_starter = find_starter
        self._time_limit_s = time_limit_s
        self._free_bytes = free_bytes
        self._workers: dict[ModelFile | None, WorkerProcess] = {}

    @property
    def process_id(self) -> int | None:
        """Of the starter model's worker; None when there is none."""
        return self._worker(None).process_id

    async def endpoint(self, file: ModelFile | None = None) -> Endpoint:
        """Where to ask; starts the worker when it is not running. Raises LocalModelError."""
        worker = self._worker(file)
        if worker.process_id is None:
            for other in list(self._workers.values()):
                if other is not worker and other.is_idle:
                    await other.aclose()
        return await worker.endpoint()

    @contextlib.contextmanager
    def in_use(self, file: ModelFile | None) -> Iterator[None]:
        """While this is open the model is not unloaded in favour of another."""
        with self._worker(file).in_use():
            yield

    async def has_ended(self, file: ModelFile | None = None, within_s: float = 1.0) -> bool:
        """Whether the worker is dead; waits a little, since sockets and loop tell of a death before one another."""
        return await self._worker(file).has_ended(within_s)

    async def aclose(self) -> None:
        """End all workers and wait for their end."""
        for worker in list(self._workers.values()):
            await worker.aclose()

    def _worker(self, file: ModelFile | None) -> WorkerProcess:
        if file not in self._workers:
            self._workers[file] = WorkerProcess(self._command, lambda: self._model(file), self._time_limit_s)
        return self._workers[file]

    def _model(self, file: ModelFile | None) -> LocalModel:
        """The model to load, once it is known to fit. Raises LocalModelError. On a worker thread."""
        if file is None:
            path = self._find_starter()
            if path is None or not path.is_file():
                raise LocalModelError(
                    "The built-in model is not installed.",
                    advice=f"{how_to_install()} Another model can be connected there, too.",
                )
            # So tiny a model is at its best so, and the guided first change can be relied on.
            return LocalModel(path, CONTEXT_TOKENS, _starter_threads(), is_greedy=True)
        header = read_header(file.path)
        context_tokens = file.context_tokens or usual_context(header)
        if header.context_tokens and context_tokens > header.context_tokens:
            raise LocalModelError(
                f"{header.name} takes at most {header.context_tokens:,} tokens, and {context_tokens:,} are asked for.",
                advice="Set a smaller context limit in Settings, Models.",
            )
        check_fits(header, context_tokens, self._free_bytes())
        return LocalModel(file.path, context_tokens, file.threads, header.size_bytes, header.name)


def _starter_threads() -> int:
    """It is quick enough with few, which leave a core to others. llama.cpp's threads wait for each other by spinning:
    two of them on two busy cores took 13 to 17 s for an answer of 21 tokens, one took 1.1 s."""
    return max(1, min(2, (os.cpu_count() or 1) - 1))
