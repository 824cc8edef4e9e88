"""What the program connects to when nobody asked for it, as the system saw it (strace): nothing off this machine.

On loopback it asks the usual ports of model servers while the welcome page is open, and its own model worker.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from copilot_desktop.llm.local_server import starter_model_path
from copilot_desktop.llm.nearby_servers import USUAL_PORTS
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from tests.support.secret_service import ROOT
from tests.support.shop import BASKET, make_shop

LIMIT_S = 280
pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
    pytest.mark.timeout(LIMIT_S + 20),
]
_TO = re.compile(r'\b(?:connect|sendto|sendmsg)\(.*sa_family=AF_INET6?, .*?port=htons\((\d+)\).*?"([0-9a-fA-F.:]+)"')
_OWN = re.compile(r"\bgetsockname\(.*sa_family=AF_INET, sin_port=htons\((\d+)\)")
_LOOPBACK = ("127.0.0.1", "::1")

# Ends the program some time after the module that `argv[1]` names was imported, which is what is waited for.
_PROGRAM = """
import os, signal, sys, threading, time

def end():
    while wanted not in sys.modules:
        time.sleep(0.1)
    time.sleep(3)
    os.kill(os.getpid(), signal.SIGTERM)

wanted = sys.argv.pop(1)
threading.Thread(target=end, daemon=True).start()
from copilot_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
_LAST_FEATURE = "copilot_desktop.app.first_run"
_ANSWERED = "copilot_desktop.bridge.models.offers"


@pytest.fixture(autouse=True)
def _connected(private_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model far away is connected, and a key stands in the environment: neither is asked for."""
    profile = ProfileSetting("Far", base_url="http://192.0.2.1:9/v1", model="m", key_source="none")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,)))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-unasked")


def watched(tmp_path: Path, *arguments: str, codes: Sequence[int] = (0,)) -> tuple[list[tuple[str, int]], set[int]]:
    """Every address and port that the program and its children sent anything to, and the ports of their own."""
    log = tmp_path / "calls.txt"
    traced = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,getsockname", "-o", str(log)]
    done = subprocess.run(
        [*traced, sys.executable, *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=LIMIT_S,
        check=False,
    )  # fmt: skip
    assert done.returncode in codes, done.stderr
    text = log.read_text(errors="replace")
    assert "AF_UNIX" in text or _TO.search(text), "strace saw nothing at all"
    sent = [(match[2], int(match[1])) for match in _TO.finditer(text)]
    return sent, {int(match[1]) for match in _OWN.finditer(text)}


def test_with_a_folder_open_nobody_is_asked(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    subprocess.run(["git", "init", "-q", str(shop)], check=True)
    sent, _own = watched(tmp_path, "-c", _PROGRAM, _LAST_FEATURE, str(shop), str(shop / "basket.py"))
    assert sent == []


def test_the_welcome_page_asks_the_named_ports_of_this_machine_alone(tmp_path: Path) -> None:
    sent, _own = watched(tmp_path, "-c", _PROGRAM, _ANSWERED)
    assert {address for address, _port in sent} <= set(_LOOPBACK)
    assert {port for _address, port in sent} == {usual.port for usual in USUAL_PORTS}


@pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
def test_the_built_in_model_is_asked_in_the_program_s_own_worker_alone(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    # About lines of a file it answers with these: let alone, it talks for a minute now and then.
    sent, own = watched(
        tmp_path,
        "-m",
        "copilot_desktop",
        "ask",
        str(shop),
        "Name it sum.",
        "--file",
        f"{BASKET}:1-2",
        "--profile",
        "Built-in",
        "--json",
        codes=(0, 1),
    )
    assert sent
    assert {address for address, _port in sent} == {"127.0.0.1"}
    assert {port for _address, port in sent} <= own
