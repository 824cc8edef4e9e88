from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot_desktop import __version__
from tests.support.openai_server import OpenAIServer
from tests.support.secret_service import SecretService
from tests.unit.cli.running import run, run_code

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
    for command in ("ask", "apply", "history", "restore", "keys"):
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
            done = run_code(_LOOK, *arguments, stdin=answer)
            assert done.err.rstrip().endswith("[]"), (arguments, done.err)
    assert (tmp_path / "a.py").read_text() == "value_one = 2\n"


def test_an_unknown_worker_is_exit_2() -> None:
    done = run("--worker", "nonsense")
    assert (done.code, done.err) == (2, "There is no worker named nonsense.\n")


def keep_profiles(home: Path, *profiles: dict[str, str]) -> Path:
    """Profiles as the settings page keeps them; the folder they are in."""
    config = home / "config"
    config.mkdir(parents=True)
    rest = {"base_url": "http://127.0.0.1:9/v1", "model": "m-1"}
    page = {"version": 1, "values": {"profiles": [rest | profile for profile in profiles]}}
    (config / "models.json").write_text(json.dumps(page))
    return config


def test_keys_are_set_listed_and_deleted_in_a_real_keyring(tmp_path: Path) -> None:
    config = keep_profiles(tmp_path / "home", {"name": "work"})
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
        deleted = run("keys", "delete", "work", environment=environment)
        assert (deleted.code, deleted.out) == (0, "The key for “work” is deleted from the keyring.\n")
        assert "no key" in run("keys", "list", environment=environment).out
        done = run("ask", tmp_path, "Hi", "--json", environment=environment)
        assert (done.code, done.error_kind) == (4, "keyring")
        again = run("keys", "delete", "work", environment=environment)
        assert (again.code, again.out) == (0, "There was no key for “work” in the keyring, so none was deleted.\n")
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
def test_keys_without_keyring_or_key_are_sentences(
    arguments: tuple[str, ...], stdin: str, code: int, tmp_path: Path
) -> None:
    keep_profiles(tmp_path, {"name": "work"})
    done = run("keys", *arguments, stdin=stdin, environment={"COPILOT_DESKTOP_HOME": str(tmp_path)})
    assert (done.code, done.out) == (code, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize("action", ["set", "delete"])
def test_a_key_of_an_unknown_profile_is_refused_with_the_names_there_are(action: str, tmp_path: Path) -> None:
    keep_profiles(tmp_path, {"name": "work"}, {"name": "home"})
    environment = {"COPILOT_DESKTOP_HOME": str(tmp_path)}
    done = run("keys", action, "wrok", stdin="sk-0123456789abcd", environment=environment)
    assert (done.code, done.out) == (2, "")
    assert done.err == "There is no profile “wrok”. There are: “work”, “home”.\n"


def test_without_any_profile_the_sentence_says_where_to_add_one(tmp_path: Path) -> None:
    done = run("keys", "set", "work", stdin="sk-0", environment={"COPILOT_DESKTOP_HOME": str(tmp_path)})
    assert done.code == 2
    assert "add one in the window, Settings, Models" in done.err


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("environment", "takes its key from MY_KEY"),
        ("run", "gets its key at each run of the window"),
        ("command", "gets its key from a command"),
        ("none", "needs no key"),
    ],
)
def test_a_key_that_would_never_be_used_is_not_kept(source: str, sentence: str, tmp_path: Path) -> None:
    keep_profiles(tmp_path, {"name": "work", "key_source": source, "environment_variable": "MY_KEY"})
    environment = {"COPILOT_DESKTOP_HOME": str(tmp_path)}
    done = run("keys", "set", "work", stdin="sk-0123456789abcd", environment=environment)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
