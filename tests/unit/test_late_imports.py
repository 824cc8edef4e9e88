"""Modules that are put off run when something of them is used, on whichever thread, and are then as they always are."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from copilot_desktop.late_imports import LATE
from copilot_desktop.text.snapshots import sha256_hex

ROOT = Path(__file__).resolve().parents[2]

_RUN = """
import json, sys, threading
from copilot_desktop.late_imports import LATE, put_off
before = sorted(LATE & sys.modules.keys())
put_off()
import asyncio, dataclasses, importlib, shutil, subprocess, tempfile, urllib.parse
from copilot_desktop.values import dataclass
dataclass(type("Plain", (), {"__annotations__": {"number": int}, "number": 1}))

def waiting():
    return sorted(name for name in LATE if "_late" in vars(sys.modules.get(name, sys)))

found = {"before": before, "waiting": waiting(), "openssl": "_ssl" in sys.modules or "_hashlib" in sys.modules}

async def talk():
    async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1"):
        child = await asyncio.create_subprocess_exec("cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return (await child.communicate(b"heard"))[0].decode()

found["talked"] = asyncio.run(talk())
found["still waiting"] = waiting()
made = []
threads = [threading.Thread(target=lambda: made.append(sys.modules["ssl"].create_default_context())) for _ in range(8)]
for each in threads:
    each.start()
for each in threads:
    each.join()
found["contexts"] = [type(each).__name__ for each in made]
import ssl
from inspect import signature
found["names"] = [ssl.__name__, ssl.__spec__.name, ssl.__file__.endswith("ssl.py"), str(signature(lambda one: None))]
found["missing"] = hasattr(ssl, "no_such_thing")
found["protocol"] = issubclass(sys.modules["asyncio.sslproto"].SSLProtocol, asyncio.BufferedProtocol)
found["in the end"] = waiting()
print(json.dumps(found))
"""


def test_what_is_put_off_runs_when_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", _RUN], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    late = sorted(LATE - set(found["before"]))
    assert {"ssl", "asyncio.sslproto", "inspect"} <= set(late)
    assert found["talked"] == "heard"
    assert not found["openssl"]
    assert set(late) - set(found["waiting"]) <= {"hashlib"}, "nothing else runs by being imported"
    assert found["still waiting"] == found["waiting"]
    assert found["contexts"] == ["SSLContext"] * 8
    assert found["names"] == ["ssl", "ssl", True, "(one)"]
    assert not found["missing"]
    assert found["protocol"]
    assert not {"ssl", "inspect", "asyncio.sslproto"} & set(found["in the end"])


@pytest.mark.parametrize("size_bytes", [0, 1, 70_000, 300_000])
def test_a_hash_is_the_same_whoever_computes_it(size_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytes(range(256)) * (size_bytes // 256) + b"x" * (size_bytes % 256)
    wanted = hashlib.sha256(data).hexdigest()
    assert sha256_hex(data) == wanted
    monkeypatch.delitem(sys.modules, "_hashlib", raising=False)
    assert sha256_hex(data) == wanted
