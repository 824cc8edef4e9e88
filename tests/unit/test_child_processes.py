from __future__ import annotations

import pytest

from copilot_desktop.child_processes import child_environment


def test_children_get_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"OPENAI_API_KEY", "GITHUB_TOKEN", "db_password", "AWS_SECRET_ACCESS_KEY", "MY_KEYS", "OPENAI_API_KEY2"}
    for name in names:
        monkeypatch.setenv(name, "value")
    monkeypatch.setenv("MY_MODEL", "sk-test-0123456789")
    monkeypatch.setenv("GNOME_KEYRING_CONTROL", "/run/keyring")
    environ = child_environment(LC_ALL="C")
    assert not names & set(environ)
    assert "MY_MODEL" not in environ
    assert environ["GNOME_KEYRING_CONTROL"] == "/run/keyring"
    assert environ["LC_ALL"] == "C"
    assert "PATH" in environ
