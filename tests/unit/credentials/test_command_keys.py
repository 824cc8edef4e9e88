"""Keys that a command prints: run without a shell, once, bounded in time and size, every failure a sentence."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest

from copilot_desktop.credentials.command_keys import CommandKeys
from copilot_desktop.errors import CredentialError

KEY = "sk-test-0123456789abcdef"


def python(code: str) -> str:
    return shlex.join([sys.executable, "-S", "-c", code])


def keys(limit_s: float = 30.0) -> CommandKeys:
    return CommandKeys(os.environ, limit_s)


def error_of(command: str, limit_s: float = 30.0) -> CredentialError:
    with pytest.raises(CredentialError) as caught:
        keys(limit_s).get(command)
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    assert KEY not in f"{caught.value.message}{caught.value.advice}{caught.value.detail}"
    return caught.value


@pytest.mark.parametrize("printed", [KEY, f"{KEY}\n", f"\n  {KEY} \r\nuser: me\n"])
def test_the_first_line_is_the_key(printed: str) -> None:
    assert keys().get(python(f"print({printed!r}, end='')")) == KEY


def test_a_command_runs_once_in_a_run_until_its_key_is_refused(tmp_path: Path) -> None:
    count = tmp_path / "count"
    command = python(f"open({str(count)!r}, 'a').write('x'); print({KEY!r})")
    source = keys()
    assert source.known(command) is None
    threads = [threading.Thread(target=source.get, args=(command,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.known(command) == source.get(command) == KEY
    assert count.read_text() == "x"
    source.forget(command)
    assert source.get(command) == KEY
    assert count.read_text() == "xx"
    assert KEY not in repr(source)


def test_no_shell_takes_the_command_apart(tmp_path: Path) -> None:
    command = f"{python('import sys; print(len(sys.argv))')} ; touch '{tmp_path}/made' $(touch {tmp_path}/too) && x"
    assert keys().get(command) == "8"
    assert list(tmp_path.iterdir()) == []


def test_the_command_has_the_environment_and_no_input() -> None:
    source = CommandKeys({**os.environ, "VAULT": "mine"}, 30.0)
    assert source.get(python("import os, sys; print(os.environ['VAULT'] + sys.stdin.read())")) == "mine"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "No command"),
        ("   ", "No command"),
        ("op read 'op://x", "quotation mark"),
        ("no-such-program-here --now", "“no-such-program-here”, which is to give the key, was not found"),
        ("/etc/passwd", "could not be started"),
        (python("import sys; sys.exit(3)"), "exit code 3"),
        (python("pass"), "printed nothing"),
        (python("print('not a key')"), "is no key"),
        (python("print('schlüssel')"), "is no key"),
        (python("import sys; sys.stdout.buffer.write(bytes(range(1, 9)))"), "is no key"),
        (python("print('x' * 200_000)"), "is no key"),
    ],
)
def test_failures_are_sentences(command: str, said: str) -> None:
    assert said in error_of(command).message


def test_what_it_complained_of_is_told_without_the_key() -> None:
    code = f"import sys; print({KEY!r}); sys.stderr.write('not signed in with {KEY}'); sys.exit(1)"
    assert error_of(python(code)).detail == "not signed in with [key]"


@pytest.mark.parametrize(
    "printed",
    [
        "zq81xTinyCorpKey77\nexpires tomorrow\n",
        "hint: unlock first\nzq81xTinyCorpKey77",
        '{"secret":"zq81xTinyCorpKey77", "days": 3}',
        "secret=zq81xTinyCorpKey77 days=3",
        "\r\nzq81xTinyCorpKey77\r\nzq81x\r\n",
    ],
)
def test_every_line_and_word_that_was_printed_is_masked_in_the_complaint(printed: str) -> None:
    code = f"import sys; print({printed!r}); sys.stderr.write('token <zq81xTinyCorpKey77> is old'); sys.exit(1)"
    assert error_of(python(code)).detail == "token <[key]> is old"


def test_a_command_that_waits_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import subprocess, sys, time\n"
        "process = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(child)!r}, 'w').write(str(process.pid))\n"
        "time.sleep(600)"
    )
    assert "within 3 seconds" in error_of(python(code), 3.0).message
    end = time.monotonic() + 10
    while Path(f"/proc/{child.read_text()}/stat").exists() and time.monotonic() < end:
        if Path(f"/proc/{child.read_text()}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            break
        time.sleep(0.02)
    else:
        assert time.monotonic() < end


def test_output_without_end_is_bounded() -> None:
    assert "within 3 seconds" in error_of(python("while True: print('x' * 1000)"), 3.0).message


def test_closing_ends_what_runs() -> None:
    source = keys(600.0)
    raised: list[CredentialError] = []

    def ask() -> None:
        try:
            source.get(python("import time; time.sleep(600)"))
        except CredentialError as error:
            raised.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    source.close()
    thread.join(10)
    assert len(raised) == 1
