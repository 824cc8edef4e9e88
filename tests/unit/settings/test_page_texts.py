"""Settings pages as text: what is wrong is named with its line."""

from __future__ import annotations

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.page_texts import line_of, page_text, read_page_text


@pytest.mark.parametrize(
    "page",
    [EditorPage(tab_width=3), KeysPage({"a.b": "Ctrl+K"}), ModelsPage((ProfileSetting("x"), ProfileSetting("y")), "y")],
)
def test_a_page_comes_back_from_its_text(page: EditorPage) -> None:
    assert read_page_text(type(page), page_text(page)).page == page


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": "1", "values": {}}', '{"version": 1}', "[" * 100_000])
def test_what_is_no_page_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_page_text(EditorPage, text)
    assert caught.value.message.endswith(".")


def test_a_value_deep_in_lists_has_its_line() -> None:
    text = page_text(ModelsPage((ProfileSetting("x", base_url="u"), ProfileSetting("y", limit_tokens=5))))
    wrong = text.replace('"limit_tokens": 5', '"limit_tokens": "5"')
    with pytest.raises(UsageError) as caught:
        read_page_text(ModelsPage, wrong)
    line = next(number for number, each in enumerate(wrong.splitlines(), 1) if "limit_tokens" in each)
    assert caught.value.message.startswith(f"Line {line}: ")
    assert line_of(wrong, "profiles[7].name") >= 1
