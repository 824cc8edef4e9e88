"""The log and the crash reports hold what failed, and nothing of the user's."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.diagnostics.crash_report import CrashLog
from copilot_desktop.diagnostics.log_file import KEPT_FILES, LIMIT_BYTES
from copilot_desktop.diagnostics.logs import LOG_NAME, start_logging, stop_logging
from tests.support.hanging_disk import hanging_disk

KEY = "sk-test-0123456789abcdef0123456789"
ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.logs_warnings


@pytest.fixture(autouse=True)
def logging_ends() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in ("", "copilot_desktop")}
    yield
    stop_logging()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_warnings_are_written_privately_and_without_keys(tmp_path: Path) -> None:
    start_logging(tmp_path)
    logging.getLogger("copilot_desktop.llm").warning("refused: Bearer %s", KEY)
    logging.getLogger("copilot_desktop.llm").debug("not said")
    try:
        raise ValueError(f"no number: '{'x = 1; ' * 20}' {KEY}")
    except ValueError:
        logging.getLogger("elsewhere").exception("failed")
    stop_logging()
    log = tmp_path / LOG_NAME
    text = log.read_text()
    assert "WARNING copilot_desktop.llm: refused: Bearer [key]" in text
    assert "ValueError: no number: '…' [key]" in text
    assert KEY not in text
    assert "x = 1; x" not in text
    assert "not said" not in text
    assert log.stat().st_mode & 0o077 == 0


def test_debugging_says_more_of_the_program_and_not_of_its_libraries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(tmp_path, is_debug=True)
    logging.getLogger("copilot_desktop.llm").debug("request sent")
    logging.getLogger("openai").debug("Request options: the whole prompt")
    stop_logging()
    assert "request sent" in (tmp_path / LOG_NAME).read_text()
    assert "whole prompt" not in (tmp_path / LOG_NAME).read_text()
    assert "request sent" in capsys.readouterr().err


def test_the_log_rotates(tmp_path: Path) -> None:
    start_logging(tmp_path)
    for _number in range(LIMIT_BYTES * (KEPT_FILES + 2) // 1000):
        logging.getLogger("copilot_desktop").warning("w" * 1000)
    stop_logging()
    files = sorted(tmp_path.iterdir())
    assert len(files) == KEPT_FILES + 1
    assert all(file.stat().st_size <= LIMIT_BYTES + 2000 for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_a_disk_that_does_not_answer_holds_up_nobody_who_logs(tmp_path: Path) -> None:
    start_logging(tmp_path)
    with hanging_disk(tmp_path):
        begun = time.monotonic()
        for _number in range(LIMIT_BYTES * 2 // 1000):  # the file is full on the way, and the next one is not there
            logging.getLogger("copilot_desktop").warning("w" * 1000)
        stop_logging()
        assert time.monotonic() - begun < 30


def test_a_place_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    start_logging(tmp_path / "missing")
    logging.getLogger("copilot_desktop").warning("said to nobody")


def test_a_crash_report_tells_where_and_not_what(tmp_path: Path) -> None:
    content = "SELECT secret_column FROM customers WHERE id = 7"
    try:
        int(content)
    except ValueError as error:
        log = CrashLog(tmp_path).write(error)
    assert log is not None
    text = log.read_text()
    assert "test_logs.py" in text
    assert "ValueError: invalid literal for int() with base 10: '…'" in text
    assert "customers" not in text
    assert log.stat().st_mode & 0o077 == 0


def in_a_process(tmp_path: Path, then: str) -> subprocess.CompletedProcess[str]:
    """A process with a fatal log, which does something more; this one's fault handler is pytest's."""
    code = (
        "import sys, ctypes; from pathlib import Path; from copilot_desktop.diagnostics.crash_report import FatalLog\n"
        f"log = FatalLog(Path(sys.argv[1])); print(log.start(), flush=True); {then}"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_process_ended_by_the_system_leaves_its_stacks_for_the_next_start(tmp_path: Path) -> None:
    crashed = in_a_process(tmp_path, "ctypes.string_at(0)")
    assert crashed.returncode != 0
    assert crashed.stdout == "None\n"
    again = in_a_process(tmp_path, "log.stop()")
    left = tmp_path / "fatal.last.log"
    assert again.stdout == f"{left}\n"
    assert "string_at" in left.read_text()
    assert left.stat().st_mode & 0o077 == 0
    assert in_a_process(tmp_path, "log.stop()").stdout == "None\n"
