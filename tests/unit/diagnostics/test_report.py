"""What the program names of itself for a bug report and in About."""

from __future__ import annotations

from copilot_desktop.diagnostics.report import libraries


def test_also_libraries_of_libraries_are_named_with_version_and_licence() -> None:
    found = {each.name.lower(): each for each in libraries()}
    assert "openai" in found
    # Asked for by openai alone.
    for name in ("anyio", "pydantic", "pydantic-core"):
        assert found[name].version
        assert found[name].licence != "see its package"
    assert [name for name in found if name.startswith(("pytest", "mypy"))] == []
    assert sorted(found) == list(found)
