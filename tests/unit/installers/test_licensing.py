"""Licences of what the packages bring: known, allowed, and with their notices, for every pinned wheel."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux packages", allow_module_level=True)

from installers.environment import SetupError
from installers.linux import contents, freezing, licensing
from installers.linux.contents import Part

IN_THE_PROGRAM = [wheel for wheel in freezing.locked() if wheel.name not in freezing.BUILD_ONLY]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("MIT", ""),
        ("Apache-2.0 OR GPL-2.0-only", ""),
        ("GPL-2.0-only OR (MIT AND BSD-3-Clause)", ""),
        ("LGPL-3.0-only", ""),
        ("GPL-3.0-or-later", "is under GPL-3.0-or-later"),
        ("MIT AND GPL-2.0-only", "is under GPL-2.0-only"),
        ("(MIT OR Apache-2.0) AND AGPL-3.0-only", "is under AGPL-3.0-only"),
        ("(GPL-2.0-only OR GPL-3.0-only) AND MIT", "is under GPL-2.0-only"),
        ("GPL-2.0-only WITH known-exception", ""),
        ("GPL-2.0-only WITH other-exception", "is under GPL-2.0-only WITH other-exception"),
        ("", "has no licence"),
    ],
)
def test_a_gpl_without_a_free_alternative_or_a_named_exception_is_refused(expression: str, reason: str) -> None:
    assert licensing.objection(expression, {"known-exception"}) == reason


@pytest.mark.parametrize("wheel", IN_THE_PROGRAM, ids=lambda wheel: wheel.name)
def test_every_pinned_wheel_has_a_licence_that_may_be_shipped_and_its_notice(wheel: freezing.Wheel) -> None:
    try:
        found = distribution(wheel.name)
    except PackageNotFoundError:
        pytest.skip(f"{wheel.name} is not installed here")
    (part, *inside) = contents.wheel_parts(found, wheel, ["a file"], contents.table())
    licensing.check([part, *inside])


def test_what_is_refused_or_has_no_notice_ends_the_build() -> None:
    free = Part("wheel", "free", "1", "MIT", texts=("Copyright",))
    licensing.check([free])
    for part, reason in (
        (Part("wheel", "bound", "1", "GPL-3.0-only", texts=("Copyright",)), "bound is under GPL-3.0-only"),
        (Part("system", "silent", "1", "MIT", texts=(" ",)), "silent has no notice"),
        (Part("inside", "linked", "", "AGPL-3.0-only", of="free"), "linked is under AGPL-3.0-only"),
    ):
        with pytest.raises(SetupError, match=reason):
            licensing.check([free, part])


def test_the_table_names_what_is_there() -> None:
    table = contents.table()
    pinned = {contents.plain(wheel.name) for wheel in freezing.locked()}
    assert set(table["wheels"]) | {row["wheel"] for row in table["inside"]} <= pinned
    named = {file for row in table["inside"] for file in row["notices"]}
    assert named == {place.name for place in contents.NOTICES.iterdir()}
    for why in table["exceptions"].values():
        assert why.endswith(".")


def test_the_notices_hold_every_text_and_what_is_linked_in(tmp_path: Path) -> None:
    for name in licensing.SHARED_TEXTS:
        (tmp_path / name).write_text(f"text of {name}\n", encoding="utf-8")
    parts = [
        Part("wheel", "one", "1.0", "MIT", texts=("Copyright of one",)),
        Part("inside", "crate", "2.0", "MIT", of="one"),
        Part("system", "libtwo", "3.0", "LGPL-2.1-or-later", texts=("Copyright of two",)),
    ]
    text = licensing.notices(parts, tmp_path)
    for expected in ("one 1.0", "Linked in: crate 2.0 (MIT)", "Copyright of one", "Copyright of two", "text of GPL-3"):
        assert expected in text
    (tmp_path / "GPL-3").unlink()
    with pytest.raises(SetupError, match="lacks GPL-3"):
        licensing.notices(parts, tmp_path)
