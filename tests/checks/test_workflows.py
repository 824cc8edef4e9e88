"""The workflow files: valid by their schema, and naming scripts, options and packages that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installers.environment import SetupError
from installers.linux import appimage, checks

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_workflow_is_valid_by_the_schema(file: Path) -> None:
    pytest.importorskip("check_jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_not_by_the_schema_is_found(tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "runs_on:"), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(wrong)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_the_commands_of_the_workflows_are_those_of_the_scripts() -> None:
    told = "\n".join(file.read_text(encoding="utf-8") for file in WORKFLOWS)
    calls = set(re.findall(r"python3 (\S+\.py)([^\n]*)", told))
    assert {script for script, _ in calls} >= {"installers/linux/build.py", "tests/run.py"}
    for script, arguments in calls:
        usage = subprocess.run(
            [sys.executable, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if "are built with Python" in usage.stderr:
            pytest.skip(usage.stderr.strip())
        options = re.findall(r"(?<= )--[a-z]+(?= |$)", arguments)
        assert [option for option in options if option not in usage.stdout] == []


def test_the_build_finds_every_tool_and_library_that_it_asks_for() -> None:
    told = (ROOT / ".github/workflows/packages.yml").read_text(encoding="utf-8")
    step = told[told.index("apt-get install") : told.index("Build the .deb")]
    wanted = set(checks.TOOLS.values()) | set(appimage.PACKAGES)
    assert wanted - set(step.split()) == set()


def test_a_missing_tool_is_a_sentence_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checks.require(())
    present = shutil.which("sh")
    assert present is not None
    (tmp_path / "dpkg-deb").symlink_to(present)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError) as told:
        checks.require(("dpkg-deb", "lintian", "appstreamcli"))
    assert str(told.value) == "lintian, appstreamcli missing: sudo apt install appstream lintian"
