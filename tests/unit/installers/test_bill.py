"""The bill of materials and the checksum beside an artefact."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from copilot_desktop import __version__
from installers.linux import bill
from installers.linux.contents import Part

PARTS = [
    Part("wheel", "One", "1.0", "MIT", "pkg:pypi/one@1.0", "a" * 64),
    Part("wheel", "two", "1.0", "MIT", "pkg:pypi/two@1.0", "b" * 64),
    Part("inside", "crate", "0.1", "MIT OR Apache-2.0", "pkg:cargo/crate@0.1", of="One"),
    Part("inside", "crate", "0.1", "MIT OR Apache-2.0", "pkg:cargo/crate@0.1", of="two"),
    Part("inside", "Qt", "", "LGPL-3.0-only", of="two"),
    Part("system", "libthree", "3-1", "Zlib", "pkg:deb/debian/libthree@3-1?arch=amd64"),
]


def test_the_bill_names_every_part_once_and_what_it_is_part_of(tmp_path: Path) -> None:
    artefact = tmp_path / "program.deb"
    artefact.write_bytes(b"the program")
    bill.write_beside(PARTS, artefact)
    made = json.loads((tmp_path / "program.deb.cdx.json").read_text(encoding="utf-8"))
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    itself = made["metadata"]["component"]
    assert itself["version"] == __version__
    assert itself["hashes"][0]["content"] == hashlib.sha256(b"the program").hexdigest()
    references = [each["bom-ref"] for each in made["components"]]
    assert len(references) == len(PARTS) == len(set(references))
    needs = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    assert {ref for refs in needs.values() for ref in refs} == set(references)
    assert set(needs) <= {*references, itself["bom-ref"]}
    assert needs["pkg:pypi/two@1.0"] == ["two/Qt@", "two/pkg:cargo/crate@0.1"]
    assert all(each["licenses"][0]["expression"] for each in made["components"])


def test_the_same_gives_the_same_and_the_checksum_holds(tmp_path: Path) -> None:
    artefact = tmp_path / "program.deb"
    artefact.write_bytes(b"the program")
    assert bill.bill(PARTS, artefact) == bill.bill(PARTS, artefact)
    bill.write_beside(PARTS, artefact)
    command = ["sha256sum", "--check", "--status", "program.deb.sha256"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    artefact.write_bytes(b"another program")
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 1
