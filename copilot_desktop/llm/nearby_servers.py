"""Model servers that run on this machine at their usual ports, found by asking each for its models.

Only loopback is asked, without a key and without the SDK, which takes most of a second to import.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

_ANSWER_LIMIT_BYTES: Final = 1_000_000
_NAMED_MODELS: Final = 500


class UsualPort(NamedTuple):
    """Where a program's server is found unless its user moved it."""

    program: str
    port: int


USUAL_PORTS: Final = (
    UsualPort("Ollama", 11434),
    UsualPort("LM Studio", 1234),
    UsualPort("llama.cpp", 8080),
    UsualPort("vLLM", 8000),
)


class NearbyServer(NamedTuple):
    """A server that answered. `models` is empty where it wants a key first (`needs_key`)."""

    program: str
    base_url: str
    models: tuple[str, ...]
    needs_key: bool = False


def find_nearby(ports: Sequence[UsualPort] = USUAL_PORTS, limit_s: float = 1.0) -> tuple[NearbyServer, ...]:
    """The servers that answer, in the order of the ports. `limit_s` bounds each wait; call it on a worker thread."""
    if not ports:
        return ()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(ports), thread_name_prefix="nearby") as pool:
        found = list(pool.map(lambda usual: _ask(usual, limit_s), ports))
    return tuple(server for server in found if server is not None)


def _ask(usual: UsualPort, limit_s: float) -> NearbyServer | None:
    import http.client  # not before the settings look for servers

    connection = http.client.HTTPConnection("localhost", usual.port, timeout=limit_s)
    try:
        connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        listed = json.loads(answer.read(_ANSWER_LIMIT_BYTES))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return None
    finally:
        connection.close()
    if not isinstance(listed, dict):
        return None
    base_url = f"http://localhost:{usual.port}/v1"
    if answer.status in (401, 403):
        return NearbyServer(usual.program, base_url, (), needs_key=True) if "error" in listed else None
    data = listed.get("data")
    if answer.status != 200 or not isinstance(data, list):
        return None
    names = (model.get("id") for model in data[:_NAMED_MODELS] if isinstance(model, dict))
    return NearbyServer(usual.program, base_url, tuple(name for name in names if isinstance(name, str)))
