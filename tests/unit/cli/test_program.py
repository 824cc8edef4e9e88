from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop import __version__
from tests.support.openai_server import OpenAIServer
from tests.support.secret_service import SecretService
from tests.unit.cli.running import run

_LOOK = """
import sys
from copilot_desktop.__main__ import main
code = main(sys.argv[1:])
qt = {"PySide6", "shiboken6", "pyside6_scintilla", "lexilla"}
found = sorted(name for name in sys.modules if name.split(".")[0] in qt)
print(found, file=sys.stderr)
sys.exit(code)
"""


def test_version_and_help() -> None:
    assert run("--version").out == f"copilot-desktop {__version__}\n"
    shown = run("--help")
    assert shown.code == 0
    for words in ("copilot-desktop [FOLDER | FILE", "ask FOLDER PROMPT", "apply FOLDER", "keys list", "Exit codes"):
        assert words in shown.out
    for command in ("ask", "apply", "keys"):
        told = run(command, "--help")
        assert told.code == 0
        assert f"usage: copilot-desktop {command}" in told.out


def test_no_command_imports_qt(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("value_one = 1\n")
    with OpenAIServer() as server:
        answer = "a.py\n```\n<<<<<<< SEARCH\nvalue_one = 1\n=======\nvalue_one = 2\n>>>>>>> REPLACE\n```\n"
        server.answers(answer)
        where = ("--base-url", server.base_url, "--model", "test-model")
        commands: tuple[tuple[str, ...], ...] = (
            ("--help",),
            ("--version",),
            ("ask", str(tmp_path), "Hi", "--file", "a.py", "--write", *where),
            ("apply", str(tmp_path)),
            ("keys", "list"),
            ("--worker", "nonsense"),
        )
        for arguments in commands:
            done = run(*arguments, command=("-c", _LOOK), stdin=answer)
            assert done.err.rstrip().endswith("[]"), (arguments, done.err)
    assert (tmp_path / "a.py").read_text() == "value_one = 2\n"


def test_an_unknown_worker_is_exit_2() -> None:
    done = run("--worker", "nonsense")
    assert (done.code, done.err) == (2, "There is no worker named nonsense.\n")


def test_keys_are_set_listed_and_deleted_in_a_real_keyring(tmp_path: Path) -> None:
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    profile = '{"name": "work", "base_url": "http://127.0.0.1:9/v1", "model": "m-1"}'
    (config / "models.json").write_text(f'{{"version": 1, "values": {{"profiles": [{profile}]}}}}')
    with SecretService() as service:
        environment = {**service.environment, "COPILOT_DESKTOP_HOME": str(tmp_path / "home")}
        assert run("keys", "list", environment=environment).out.startswith("work      m-1                    keyring")
        done = run("keys", "set", "work", stdin="sk-test-0123456789abcd\n", environment=environment)
        assert (done.code, done.out) == (0, "The key for “work” is in the keyring: …abcd\n")
        listed = run("keys", "list", environment=environment)
        assert "…abcd" in listed.out
        assert "sk-test" not in listed.out
        with OpenAIServer(key="sk-test-0123456789abcd") as server:
            text = (config / "models.json").read_text().replace("http://127.0.0.1:9/v1", server.base_url)
            (config / "models.json").write_text(text)
            assert run("ask", tmp_path, "Hi", "--profile", "work", environment=environment).code == 0
        assert run("keys", "delete", "work", environment=environment).code == 0
        assert "no key" in run("keys", "list", environment=environment).out
        done = run("ask", tmp_path, "Hi", "--json", environment=environment)
        assert (done.code, done.error_kind) == (4, "keyring")
        waiting = run("keys", "set", "other", stdin="sk-test-0123456789wxyz\n", environment=environment)
        assert waiting.code == 0
        assert "no profile “other” yet" in waiting.err
    assert all(b"0123456789" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("set", "work"), "\n", 2),
        (("set", "work"), "clé", 2),
        (("set", "Built-in"), "key", 2),
        (("set", "work"), "sk-0123456789", 4),
        (("delete", "work"), "", 4),
        (("set", "work", "sk-argument"), "", 2),
        ((), "", 2),
    ],
)
def test_keys_without_keyring_or_key_are_sentences(arguments: tuple[str, ...], stdin: str, code: int) -> None:
    done = run("keys", *arguments, stdin=stdin)
    assert (done.code, done.out) == (code, "")
    assert done.err.strip()
    assert "Traceback" not in done.err
