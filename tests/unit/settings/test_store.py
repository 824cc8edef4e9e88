from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.settings.appearance_page import AppearancePage, ThemeChoice
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.fields import setting_fields
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.session import (
    RECENT_LIMIT,
    MeaningChoice,
    PaneState,
    Session,
    TabFile,
    TabState,
    WindowState,
    WorkspaceState,
)
from copilot_desktop.settings.store import Page, SettingsStore

PANES = PaneState(
    panes=(
        PaneState((TabState("x.py", is_pinned=True, selections=((0, 1, 2, 3), (4, 5, 4, 5)), folded=(1, 7)),)),
        PaneState((TabState("y.py", is_preview=True, first_line=9), TabState(title="Untitled-1")), 1),
    ),
    is_column=True,
    sizes=(200, 300),
)
FULL = (
    AppearancePage(ThemeChoice.DARK),
    EditorPage("Mono", 14, 2, False, True, False),
    KeysPage({"file.save": "Ctrl+Alt+S", "chat.focus": ""}),
    ModelsPage((ProfileSetting("work", base_url="http://x/v1", model="m", input_usd=0.5, limit_tokens=8192),), "work"),
    Session(
        ("/a", "/b"),
        ("/a",),
        WindowState("AAA=", {"main": (1, 2)}, ("chat",), "files"),
        {"/a": WorkspaceState(PANES, 1, WindowState("BBB="), model="work", identity=(1, 2, 3))},
        "other",
        (("/b", "/c"),),
    ),
)


@dataclass(frozen=True, slots=True)
class ThirdVersion:
    NAME: ClassVar[str] = "aged"
    VERSION: ClassVar[int] = 3
    MIGRATIONS: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = (
        lambda values: {"size": values["old_size"]},
        lambda values: {"size": values["size"] * 2},
    )

    size: int = 0


@pytest.mark.parametrize("page", FULL, ids=lambda page: type(page).__name__)
def test_a_page_comes_back_and_its_file_is_private(page: Page, tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    assert store.load(type(page)) == type(page)()
    store.save(page)
    assert store.load(type(page)) == page
    assert store.path_of(type(page)).stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


def test_only_what_differs_from_the_default_is_written(tmp_path: Path) -> None:
    SettingsStore(tmp_path).save(replace(EditorPage(), tab_width=8))
    assert json.loads((tmp_path / "editor.json").read_text()) == {"version": 1, "values": {"tab_width": 8}}


def test_a_newer_file_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "editor.json"
    path.write_text('{"version": 2, "values": {"tab_width": 3}}')
    store = SettingsStore(tmp_path)
    with pytest.raises(NewerStoreError, match="newer version"):
        store.load(EditorPage)
    with pytest.raises(NewerStoreError):
        store.save(EditorPage())
    assert path.read_text() == '{"version": 2, "values": {"tab_width": 3}}'


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 1, "values": {"tab_width": "4"}}',
        '{"version": 1, "values": {"tab_width": true}}',
        '{"version": 1, "values": {"tab_width": 17}}',
        '{"version": 0, "values": {}}',
        "\ufeff\udcff",
    ],
)
def test_a_damaged_file_gives_defaults_with_a_sentence_and_is_kept(content: str, tmp_path: Path) -> None:
    path = tmp_path / "editor.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    store = SettingsStore(tmp_path)
    loaded = store.load_or_default(EditorPage)
    assert loaded.page == EditorPage()
    assert loaded.problem is not None
    assert "damaged" in loaded.problem.message
    store.save(EditorPage(tab_width=2))
    assert store.load(EditorPage).tab_width == 2
    assert (tmp_path / "editor.json.damaged").read_bytes() == content.encode("utf-8", "surrogateescape")


def test_unknown_fields_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "editor.json").write_text('{"version": 1, "values": {"gone": 1, "tab_width": 2}}')
    assert SettingsStore(tmp_path).load(EditorPage) == EditorPage(tab_width=2)


@pytest.mark.parametrize(("version", "values"), [(1, {"old_size": 4}), (2, {"size": 4})])
def test_older_versions_are_migrated_and_a_copy_is_kept(version: int, values: dict[str, int], tmp_path: Path) -> None:
    before = json.dumps({"version": version, "values": values})
    (tmp_path / "aged.json").write_text(before)
    assert SettingsStore(tmp_path).load(ThirdVersion) == ThirdVersion(8)
    assert (tmp_path / f"aged.json.version-{version}").read_text() == before
    assert json.loads((tmp_path / "aged.json").read_text())["version"] == 3


def test_a_folder_that_is_gone_is_a_sentence_when_saving(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be written"):
        SettingsStore(tmp_path / "gone").save(EditorPage())


def test_every_field_of_a_generated_page_has_a_label_and_a_default_within_its_bounds() -> None:
    for page in (AppearancePage, EditorPage):
        for field in setting_fields(page):
            assert field.info.label
            if isinstance(field.default, int) and not isinstance(field.default, bool) and field.info.low is not None:
                assert field.info.high is not None
                assert field.info.low <= field.default <= field.info.high
    names = [field.name for field in setting_fields(AppearancePage)]
    assert names == ["theme", "interface_font_size_pt", "scale", "reduced_motion"]


def test_profiles_are_replaced_renamed_and_removed() -> None:
    page = ModelsPage((ProfileSetting("a"), ProfileSetting("b")), "a")
    renamed = page.with_profile(ProfileSetting("c", model="m"), old_name="a")
    assert [profile.name for profile in renamed.profiles] == ["c", "b"]
    assert renamed.default_profile == "c"
    assert renamed.without_profile("c") == ModelsPage((ProfileSetting("b"),), "")
    assert [profile.name for profile in page.with_profile(ProfileSetting("d")).profiles] == ["a", "b", "d"]


def test_recent_folders_are_unique_newest_first_and_limited() -> None:
    session = Session().with_workspace("/0", WorkspaceState(PANES))
    for number in range(RECENT_LIMIT + 1):
        session = session.with_recent(f"/{number}")
    session = session.with_recent("/5")
    assert session.recent_folders[:2] == ("/5", f"/{RECENT_LIMIT}")
    assert len(session.recent_folders) == RECENT_LIMIT
    assert "/0" not in session.workspaces


def test_a_session_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    old = {"recent_folders": ["/a"], "workspaces": {"/a": {"open_files": ["x.py"], "conversation_id": "7"}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 1, "values": old}))
    session = SettingsStore(tmp_path).load(Session)
    assert session.workspace("/a") == WorkspaceState(PaneState((TabState("x.py"),)))
    assert session.recent_folders == ("/a",)
    assert session.open_folders == ()


def test_a_session_of_the_third_version_has_nothing_unfolded(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"editors": {"tabs": [{"path": "x.py"}]}, "window": {"geometry": "AAA="}}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 3, "values": old}))
    state = SettingsStore(tmp_path).load(Session).workspace("/a")
    assert state == WorkspaceState(PaneState((TabState("x.py"),)), 0, WindowState("AAA="), ())


def test_a_session_of_the_fourth_version_knows_no_chosen_encodings(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"editors": {"tabs": [{"path": "x.py"}]}, "unfolded": ["src"]}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 4, "values": old}))
    store = SettingsStore(tmp_path)
    session = store.load(Session)
    assert session.workspace("/a") == WorkspaceState(PaneState((TabState("x.py"),)), unfolded=("src",))
    chosen = replace(session.workspace("/a"), encodings={"x.py": "mac_roman"})
    store.save(session.with_workspace("/a", chosen))
    assert store.load(Session).workspace("/a") == chosen


def test_a_session_of_the_thirteenth_version_finds_by_words_alone(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"lets_model_read": True, "is_index_paused": True}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 13, "values": old}))
    store = SettingsStore(tmp_path)
    state = store.load(Session).workspace("/a")
    assert state == WorkspaceState(lets_model_read=True, is_index_paused=True)
    assert not state.meaning.is_on
    chosen = replace(state, meaning=MeaningChoice(True, "work", "http://x/v1", "m", 0.02, 1_000, "group"))
    store.save(Session().with_workspace("/a", chosen))
    assert store.load(Session).workspace("/a") == chosen


def test_a_session_of_the_fifth_version_knows_no_chosen_model(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"encodings": {"x.py": "mac_roman"}}}, "open_folders": ["/a"]}
    (tmp_path / "session.json").write_text(json.dumps({"version": 5, "values": old}))
    store = SettingsStore(tmp_path)
    session = store.load(Session)
    assert session.workspace("/a") == WorkspaceState(encodings={"x.py": "mac_roman"})
    assert (session.model, session.open_folders) == ("", ("/a",))
    chosen = replace(session.workspace("/a"), model="work")
    store.save(session.with_workspace("/a", chosen))
    assert store.load(Session).workspace("/a") == chosen


def test_a_session_of_the_sixth_version_knows_folders_by_their_names_alone(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"model": "work"}}, "open_folders": ["/a"]}
    (tmp_path / "session.json").write_text(json.dumps({"version": 6, "values": old}))
    session = SettingsStore(tmp_path).load(Session)
    assert session == Session(open_folders=("/a",), workspaces={"/a": WorkspaceState(model="work")})


def test_a_session_of_the_seventh_version_has_tabs_of_documents_alone(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"editors": {"tabs": [{"path": "x.py"}]}}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 7, "values": old}))
    store = SettingsStore(tmp_path)
    session = store.load(Session)
    assert session.workspace("/a").editors == PaneState((TabState("x.py"),))
    both = replace(session.workspace("/a"), editors=PaneState((TabState("x.py"), TabState(page="review")), 1))
    store.save(session.with_workspace("/a", both))
    assert store.load(Session).workspace("/a") == both


def test_a_renamed_folder_keeps_its_place_in_the_session_under_its_new_name() -> None:
    own, others = WorkspaceState(PANES, identity=(1, 2, 3)), WorkspaceState(model="work")
    session = Session(("/x", "/a", "/b"), ("", "/a", ""), workspaces={"/a": own, "/b": others})
    renamed = session.with_renamed("/a", "/b")
    assert renamed.recent_folders == ("/x", "/b")
    assert renamed.open_folders == ("", "/b", "")
    # Another folder had this name; of the same one the state under its name of now is the later one.
    assert renamed.workspaces == {"/b": own}
    later = replace(own, model="later")
    assert session.with_workspace("/b", later).with_renamed("/a", "/b").workspaces == {"/b": later}
    assert session.without("/a") == Session(("/x", "/b"), ("", ""), workspaces={"/b": others})


def test_a_session_of_the_eighth_version_knows_files_by_their_names_alone(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"editors": {"tabs": [{"path": "x.py"}], "active": 0}}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 8, "values": old}))
    session = SettingsStore(tmp_path).load(Session)
    assert session.workspace("/a") == WorkspaceState(PaneState((TabState("x.py"),)))
    known = replace(session.workspace("/a"), files={"x.py": TabFile("ab12", (1, 2, 3))})
    SettingsStore(tmp_path).save(session.with_workspace("/a", known))
    assert SettingsStore(tmp_path).load(Session).workspace("/a") == known


def test_a_session_of_the_twelfth_version_has_no_paused_index(tmp_path: Path) -> None:
    old = {"workspaces": {"/a": {"lets_model_read": True}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 12, "values": old}))
    session = SettingsStore(tmp_path).load(Session)
    assert session.workspace("/a") == WorkspaceState(lets_model_read=True, is_index_paused=False)
    paused = session.with_workspace("/a", replace(session.workspace("/a"), is_index_paused=True))
    SettingsStore(tmp_path).save(paused)
    assert SettingsStore(tmp_path).load(Session).workspace("/a").is_index_paused


def test_the_tabs_of_a_session_of_the_second_version_are_one_group(tmp_path: Path) -> None:
    folder = {"open_files": ["x.py", "y.py", "z.py"], "active_file": "y.py", "window": {"geometry": "AAA="}}
    old = {"workspaces": {"/a": folder, "/b": {"active_file": "gone.py"}}}
    (tmp_path / "session.json").write_text(json.dumps({"version": 2, "values": old}))
    session = SettingsStore(tmp_path).load(Session)
    tabs = (TabState("x.py"), TabState("y.py"), TabState("z.py"))
    assert session.workspace("/a") == WorkspaceState(PaneState(tabs, 1), 0, WindowState("AAA="))
    assert session.workspace("/b") == WorkspaceState()


def test_changes_of_several_threads_all_hold(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)

    def add(name: str) -> None:
        store.update(ModelsPage, lambda page: page.with_profile(ProfileSetting(name)))

    names = [f"profile {number}" for number in range(8)]
    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(profile.name for profile in store.load(ModelsPage).profiles) == names


def test_a_change_that_fails_leaves_the_page(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    store.save(EditorPage(tab_width=2))

    def fail(_page: EditorPage) -> EditorPage:
        raise StoreError("no")

    with pytest.raises(StoreError):
        store.update(EditorPage, fail)
    assert store.update(EditorPage, lambda page: replace(page, word_wrap=True)).tab_width == 2


def test_keys_of_an_action_that_has_another_id_now_go_on_working(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    path = store.path_of(KeysPage)
    before = {"my_changes.undo_dismissal": "Ctrl+Alt+Y", "file.save": ""}
    path.write_text(json.dumps({"version": 1, "values": {"shortcuts": before}}), encoding="utf-8")
    assert store.load(KeysPage).shortcuts == {"my_changes.undo": "Ctrl+Alt+Y", "file.save": ""}
    assert store.read_again(KeysPage) == store.load(KeysPage)
    store.save(store.load(KeysPage))
    assert "undo_dismissal" not in store.text(KeysPage)
    both = {"my_changes.undo": "Ctrl+Alt+Z", "my_changes.undo_dismissal": "Ctrl+Alt+Y"}
    assert KeysPage(both).shortcuts == {"my_changes.undo": "Ctrl+Alt+Z"}
