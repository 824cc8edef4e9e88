"""Script commands without the start of Python: one process has all they import, and forks for each command.

Each command is a process of its own all the same, with its own arguments, variables, standard streams and exit code,
and ends as any Python program does. A start and the imports take a second or two of a processor, a fork some
milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MOST_BYTES = 200_000
_CODE = """
import sys
from tests.support.script_server import next_command
arguments = next_command(int(sys.argv[1]))
if arguments is not None:
    from copilot_desktop.__main__ import main
    sys.exit(main(arguments))
"""


class ScriptServer:
    """The process that forks. `close` ends it."""

    def __init__(self) -> None:
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def run(
        self, arguments: list[str], stdin: bytes, environment: Mapping[str, str], limit_s: float
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative: by this signal), standard output and error. TimeoutError after `limit_s`."""
        self._told.settimeout(limit_s)
        asked = json.dumps([arguments, dict(environment), os.getcwd()]).encode()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            socket.send_fds(self._told, [asked], [given.fileno(), out.fileno(), err.fileno()])
            code = int(self._told.recv(100))
            # The files have one position with those of the process.
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def close(self) -> None:
        """End it, and a command that goes on for ever: that one has failed its test already."""
        self._told.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def next_command(socket_number: int) -> list[str] | None:
    """Of the server: fork for each command. In the child its arguments, in the server None when nobody asks further."""
    _import_all()
    told = socket.socket(fileno=socket_number)
    while True:
        asked, files, _flags, _address = socket.recv_fds(told, _MOST_BYTES, 3)
        if not asked:
            return None
        child = os.fork()
        if not child:
            arguments, environment, folder = json.loads(asked)
            for number, file in enumerate(files):
                os.dup2(file, number)
                os.close(file)
            told.close()
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(folder)
            return [str(each) for each in arguments]
        for file in files:
            os.close(file)
        _pid, status = os.waitpid(child, 0)
        told.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_all() -> None:
    """What commands import on first use, and nothing that looks at the variables of the process."""
    import httpx2  # noqa: F401
    import openai.resources.chat.completions
    import openai.resources.responses  # noqa: F401
    import regex  # noqa: F401

    import copilot_desktop.__main__
    import copilot_desktop.edits.repairs  # noqa: F401
    from copilot_desktop.cli import apply, ask, history, keeping, keys, placing, pruning, restore  # noqa: F401
