"""`--worker model`: runs llama.cpp's server for one model file until its standard input ends.

The first line of standard input is the key that requests must carry; it is in no argument list and no environment.
Standard output carries one line of JSON: `{"port": N}` when ready, or `{"error": "reason"}`. A parent that is killed
closes the pipe, so that nothing is left running.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

_FEW_PROCESSORS = 4


def main(argv: Sequence[str]) -> int:
    """Serve; returns 1 when the model could not be loaded, and never returns otherwise."""
    parser = argparse.ArgumentParser(prog="--worker model")
    parser.add_argument("--model", required=True)
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--greedy", action="store_true")
    arguments = parser.parse_args(argv)
    key = _first_line()
    if not key:
        return 1
    answers = _own_standard_output()
    threading.Thread(target=_end_with_input, daemon=True, name="end-with-input").start()
    if hasattr(os, "nice"):
        # The editor goes first: typing must not feel the model work.
        os.nice(5)
    try:
        server = _started(arguments, key)
        port = urlsplit(server.listening_address).port
    except Exception as error:  # noqa: BLE001 # border: worker; whatever llama.cpp's binding raises becomes the one line
        answers.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        answers.flush()
        return 1
    answers.write(json.dumps({"port": port}) + "\n")
    answers.flush()
    threading.Event().wait()
    return 0


def threads_of(wanted: int | None, processors: int) -> int | None:
    """How many threads the model gets; None: as many as llama.cpp finds good.

    They wait for each other at every step, and busily. Where there are few processors, and other programs at work, one
    of the threads has none: a short answer took minutes. So one processor is left to the others there.
    """
    if wanted is not None or processors > _FEW_PROCESSORS:
        return wanted
    return max(1, processors - 1)


def _started(arguments: argparse.Namespace, key: str) -> Any:
    import xllamacpp  # type: ignore[import-untyped]

    if not os.path.isfile(arguments.model):
        raise FileNotFoundError(f"no model at {arguments.model}")
    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    params.n_ctx = arguments.context
    threads = threads_of(arguments.threads, os.cpu_count() or 1)
    if threads is not None:
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
    if arguments.greedy:
        params.sampling.temp = 0.0
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.verbosity = 0
    return xllamacpp.Server(params)


def _own_standard_output() -> Any:
    """A file on the real standard output; what llama.cpp prints goes nowhere."""
    own = os.fdopen(os.dup(1), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return own


def _first_line() -> str:
    """From the descriptor, not `sys.stdin`: its lock would be held by the reading thread at the end of the program."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return ""
        line += byte
    return line.decode("ascii").strip()


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    # Not sys.exit: the server's native threads would be waited for.
    os._exit(0)
