"""Who is the one process of a home, and what a later one says to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from copilot_desktop.errors import AlreadyRunningError
from copilot_desktop.instance import ANSWER, HandOver, claim, claim_or_hand_over, decoded, encoded

ROOT = Path(__file__).resolve().parents[2]
REQUEST = HandOver(
    (("/shop", None), ("/shop/app.py", (4, 5)), ("/shop/b.py", (4, 5, 7))), True, "token-of-the-compositor"
)


def test_the_first_is_the_one_until_it_lets_go(tmp_path: Path) -> None:
    first = claim(tmp_path)
    assert first is not None
    assert claim(tmp_path) is None
    first.release()
    again = claim(tmp_path)
    assert again is not None
    again.release()


def test_a_request_comes_as_it_was_sent() -> None:
    line = encoded(REQUEST, "secret")
    assert line.count(b"\n") == 1
    assert decoded(line, "secret") == REQUEST
    assert decoded(line, "another") is None


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"7", b'{"token": "t"}', b'{"token": "t", "places": [["/a", [3, 1]]], "is_new_window": 1}'],
)
def test_what_is_no_request_is_nothing(line: bytes) -> None:
    assert decoded(line, "t") is None


def test_places_are_handed_to_the_one_that_listens(tmp_path: Path) -> None:
    first = claim(tmp_path)
    assert first is not None
    got: list[HandOver | None] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            with connection, connection.makefile("rb") as lines:
                got.append(decoded(lines.readline(), first.token))
                connection.sendall(ANSWER)

        thread = threading.Thread(target=answer)
        thread.start()
        first.publish(server.getsockname()[1])
        assert (tmp_path / "instance.json").stat().st_mode & 0o077 == 0
        assert claim_or_hand_over(tmp_path, REQUEST) is None
        thread.join()
    assert got == [REQUEST]
    first.release()
    assert not (tmp_path / "instance.json").exists()


def test_one_that_does_not_answer_is_named(tmp_path: Path) -> None:
    first = claim(tmp_path)
    assert first is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        first.publish(server.getsockname()[1])
    with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"):
        claim_or_hand_over(tmp_path, REQUEST, limit_s=0.2)
    first.release()


def test_a_killed_process_leaves_nothing_that_holds(tmp_path: Path) -> None:
    code = "import sys, time; from copilot_desktop.instance import claim; from pathlib import Path\n"
    code += "c = claim(Path(sys.argv[1])); c.publish(9); print('there', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "there\n"
    assert claim(tmp_path) is None
    child.kill()
    child.wait()
    child.stdout.close()
    assert json.loads((tmp_path / "instance.json").read_text())["port"] == 9
    again = claim_or_hand_over(tmp_path, REQUEST)
    assert again is not None
    assert not (tmp_path / "instance.json").exists()
    again.release()
