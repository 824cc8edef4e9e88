from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_desktop.llm.local_server import starter_model_path
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust
from tests.support.openai_server import OpenAIServer, ServerCall, ServerUsage, closed_port_url
from tests.unit.cli.running import Done, run

EDIT = "shop.py\n```\n<<<<<<< SEARCH\ntotal_price = 1\n=======\ntotal_price = 2\n>>>>>>> REPLACE\n```\n"
KEYS = {"answer", "files", "written", "usage", "failures", "notes"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "shop.py").write_text("import tax\ntotal_price = 1\nother_price = 3\n")
    (project / ".env").write_text("TOKEN=1\n")
    return project


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def ask(server: OpenAIServer, folder: Path, *arguments: str, key: str = "", stdin: str = "") -> Done:
    return run(
        "ask",
        folder,
        *arguments,
        "--base-url",
        server.base_url,
        "--model",
        "test-model",
        stdin=stdin,
        environment={"OPENAI_API_KEY": key},
    )


def test_an_answer_without_edit(server: OpenAIServer, folder: Path) -> None:
    server.answers("Because it is so.", usage=ServerUsage(100, 5, 20))
    done = ask(server, folder, "Why?", "--json")
    assert done.code == 0
    assert done.err == ""
    assert set(done.json) == KEYS
    assert done.json["answer"] == "Because it is so."
    assert done.json["usage"] == {
        "input_tokens": 100,
        "output_tokens": 5,
        "cached_tokens": 20,
        "cost_usd": None,
        "requests": 1,
    }
    assert done.json["files"] == done.json["written"] == done.json["failures"] == done.json["notes"] == []
    (request,) = server.requests
    assert request.prompt == "Why?"
    assert request.authorization is None


def test_rule_files_go_along_where_the_folder_is_trusted(server: OpenAIServer, folder: Path) -> None:
    (folder / "AGENTS.md").write_text("Prefer dry words.\n")
    done = ask(server, folder, "Why?", "--json")
    (note,) = done.json["notes"]
    assert note == "Not applied, since you have not agreed to it in the window of this folder: AGENTS.md."
    FolderTrust(Workspace(folder), program_folders(os.environ).state).trust()
    done = ask(server, folder, "Why?", "--json")
    (note,) = done.json["notes"]
    assert note == "Rule files that went with the prompt: AGENTS.md (it applies to every prompt)."
    ask(server, folder, "Why?", "--no-rules")
    texts = [str(request.body["messages"][0]["content"]) for request in server.requests]
    assert ["Prefer dry words." in text for text in texts] == [False, True, False]


def test_the_responses_api_is_asked_where_it_is_chosen(server: OpenAIServer, folder: Path) -> None:
    server.answers(f"I changed it.\n\n{EDIT}", reasoning=["let me see"], usage=ServerUsage(100, 5, 20))
    done = ask(server, folder, "Change it", "--file", "shop.py", "--json", "--write", "--kind", "responses")
    assert (done.code, done.json["written"]) == (0, ["shop.py"])
    assert done.json["usage"]["output_tokens"] == 5
    assert "let me see" not in done.json["answer"]
    (request,) = server.requests
    assert (request.path, request.body["store"]) == ("/v1/responses", False)


@pytest.mark.parametrize("kind", ["chat", "responses"])
def test_a_model_may_be_asked_for_tool_calls(server: OpenAIServer, folder: Path, kind: str) -> None:
    edit = ServerCall.of("edit_file", path="shop.py", old_string="total_price = 1", new_string="total_price = 2")
    odd = ServerCall.of("run_shell", "call_b", command="ls")
    server.answers("I changed it.", calls=(edit, odd))
    done = ask(
        server, folder, "Change it", "--file", "shop.py", "--json", "--write", "--kind", kind,
        "--edit-format", "tool_call",
    )  # fmt: skip
    assert "tools" in server.requests[0].body
    assert (done.code, done.json["written"]) == (1, ["shop.py"])
    assert "total_price = 2" in (folder / "shop.py").read_text()
    assert done.json["answer"].startswith("I changed it.\n\nEdit `shop.py`:\n\n``````py shop.py\n<<<<<<< SEARCH\n")
    assert [failure["reason"] for failure in done.json["failures"]] == ["malformed"]


def test_a_server_without_tools_is_asked_for_blocks_and_the_note_says_so(server: OpenAIServer, folder: Path) -> None:
    server.fails(400, "registry.ollama.ai/library/gemma3:4b does not support tools")
    server.answers(EDIT)
    done = ask(server, folder, "Change it", "--file", "shop.py", "--json", "--edit-format", "tool_call")
    assert (done.code, [file["path"] for file in done.json["files"]]) == (0, ["shop.py"])
    assert done.json["usage"]["requests"] == 2
    assert done.json["notes"][0].startswith("The server takes no tools for test-model")


def test_a_command_gives_the_key(server: OpenAIServer, folder: Path) -> None:
    done = ask(server, folder, "Why?", "--key-command", "echo sk/of-the-manager")
    assert (done.code, server.requests[0].authorization) == (0, "Bearer sk/of-the-manager")
    failed = ask(server, folder, "Why?", "--json", "--key-command", "false")
    assert (failed.code, failed.error_kind) == (4, "keyring")
    assert "“false” failed (exit code 1)" in failed.json["error"]["message"]


def test_exactly_the_named_lines_are_sent_with_the_key(server: OpenAIServer, folder: Path) -> None:
    ask(server, folder, "-", "--file", "shop.py:2-3", "--json", key="sk-test", stdin="Explain\nthis")
    (request,) = server.requests
    assert request.prompt == "shop.py, lines 2 to 3:\n```py\ntotal_price = 1\nother_price = 3\n```\n\nExplain\nthis"
    assert request.authorization == "Bearer sk-test"


def test_the_proposal_is_shown_and_written_only_on_request(server: OpenAIServer, folder: Path) -> None:
    server.answers(f"I changed it.\n\n{EDIT}")
    dry = ask(server, folder, "Change it", "--file", "shop.py:2-2", "--json")
    assert (dry.code, dry.json["written"]) == (0, [])
    assert [(each["path"], each["status"]) for each in dry.json["files"]] == [("shop.py", "modified")]
    assert "total_price = 1" in (folder / "shop.py").read_text()
    written = ask(server, folder, "Change it", "--file", "shop.py:2-2", "--json", "--write")
    assert (written.code, written.json["written"]) == (0, ["shop.py"])
    assert (folder / "shop.py").read_text() == "import tax\ntotal_price = 2\nother_price = 3\n"


def test_a_refused_block_is_exit_1_and_a_secret_file_is_never_changed_unseen(
    server: OpenAIServer, folder: Path
) -> None:
    server.answers(EDIT.replace("shop.py", ".env").replace("total_price = 1", "TOKEN=1"))
    done = ask(server, folder, "Change it", "--json", "--write")
    assert done.code == 1
    assert [failure["path"] for failure in done.json["failures"]] == [".env"]
    assert (folder / ".env").read_text() == "TOKEN=1\n"


def test_the_answer_streams_to_standard_output_without_json(server: OpenAIServer, folder: Path) -> None:
    server.answers(f"I changed it.\n\n{EDIT}")
    done = ask(server, folder, "Change it", "--write")
    assert done.code == 0
    assert done.out.startswith("I changed it.\n")
    assert "diff --git a/shop.py b/shop.py" in done.out
    assert done.err == "Written: shop.py\n"


def test_a_rate_limit_is_waited_for(server: OpenAIServer, folder: Path) -> None:
    server.rate_limit("1")
    server.answers("Now.")
    done = ask(server, folder, "Hi", "--json")
    assert (done.code, done.json["answer"], done.json["usage"]["requests"]) == (0, "Now.", 2)
    assert "Trying again in 1 s." in done.err


@pytest.mark.parametrize(
    ("misbehave", "kind"),
    [
        (OpenAIServer.wrong_key, "auth"),
        (OpenAIServer.unknown_model, "model"),
        (OpenAIServer.context_length, "context_length"),
        (lambda server: server.rate_limit("3600"), "rate_limit"),
        (OpenAIServer.quota, "quota"),
        (OpenAIServer.server_error, "server"),
        (OpenAIServer.cut, "stream"),
        (OpenAIServer.empty, "empty"),
    ],
)
def test_every_failure_of_the_model_is_exit_3_with_its_kind(
    misbehave: Callable[[OpenAIServer], None], kind: str, server: OpenAIServer, folder: Path
) -> None:
    misbehave(server)
    done = ask(server, folder, "Hi", "--json", key="sk-secret-key")
    assert "Settings" not in done.out, "a server of the command line has no settings"
    assert "is kept" not in done.out, "a command keeps nothing of an answer that failed"
    assert (done.code, done.error_kind) == (3, kind)
    assert "sk-secret-key" not in done.out + done.err


def test_what_the_server_said_inside_its_answer_is_on_standard_error(server: OpenAIServer, folder: Path) -> None:
    server.error_in_stream("The model crashed.")
    done = ask(server, folder, "Hi", "--json")
    assert (done.code, done.error_kind) == (3, "stream")
    assert "The model crashed." in done.err
    server.error_in_stream("The model crashed.")
    assert "The model crashed." in ask(server, folder, "Hi").err


def test_lines_that_are_none_and_a_missing_file_are_said_so(folder: Path) -> None:
    wrong = run("ask", folder, "Hi", "--file", "shop.py:x")
    assert "PATH:L1-L2" in wrong.err
    assert "Windows" not in wrong.err
    gone = run("ask", folder, "Hi", "--file", "gone.py")
    assert "does not exist" in gone.err
    assert "refresh" not in gone.err


def test_no_connection_is_exit_3(folder: Path) -> None:
    done = run("ask", folder, "Hi", "--base-url", closed_port_url(), "--model", "m", "--json")
    assert (done.code, done.error_kind) == (3, "network")


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("Hi", "--file", "gone.py"), "usage"),
        (("Hi", "--file", "../outside.py"), "usage"),
        (("Hi", "--file", "shop.py:1-9"), "usage"),
        (("Hi", "--file", ".env"), "never_send"),
        (("Hi", "--profile", "nobody"), "usage"),
        (("Hi", "--model", "m"), "usage"),
        (("Hi", "--base-url", "http://127.0.0.1:9"), "usage"),
        (("Hi", "--base-url", "nonsense", "--model", "m"), "usage"),
        (("Hi", "--base-url", "http://127.0.0.1:9", "--model", "m", "--kind", "telepathy"), "usage"),
        (("  ",), "usage"),
        ((), "usage"),
    ],
)
def test_bad_usage_is_exit_2(arguments: tuple[str, ...], kind: str, folder: Path) -> None:
    done = run("ask", folder, *arguments, "--json")
    assert (done.code, done.error_kind) == (2, kind)
    plain = run("ask", folder, *arguments)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err


def test_the_default_profile_is_asked_and_a_missing_key_is_exit_4(
    server: OpenAIServer, folder: Path, private_home: Path
) -> None:
    config = private_home / "copilot-desktop" / "config"
    config.mkdir(parents=True)
    setting = ProfileSetting("work", base_url=server.base_url, model="test-model", key_source="environment")
    other = ProfileSetting("ring", base_url=server.base_url, model="test-model")
    SettingsStore(config).save(ModelsPage((other, setting), "work"))
    environment = {"OPENAI_API_KEY": "sk-from-environment"}
    assert run("ask", folder, "Hi", "--json", environment=environment).code == 0
    assert server.requests[0].authorization == "Bearer sk-from-environment"
    for profile in ("work", "ring"):
        done = run("ask", folder, "Hi", "--json", "--profile", profile)
        assert (done.code, done.error_kind) == (4, "keyring")
    listed = run("keys", "list", environment=environment)
    assert listed.code == 4
    assert "work" in listed.out
    assert "…ment" in listed.out
    assert "sk-from" not in listed.out


@pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
@pytest.mark.timeout(600)
def test_the_built_in_model_answers_about_the_first_range(folder: Path) -> None:
    done = run("ask", folder, "Rename total_price to total", "--file", "shop.py:2-2", "--json", "--write")
    assert done.code in (0, 1), done.out + done.err
    assert set(done.json) == KEYS
    assert done.json["answer"].startswith("```py\n")
    assert done.json["usage"]["requests"] == 1
    lines = (folder / "shop.py").read_text().split("\n")
    assert (lines[0], lines[-2]) == ("import tax", "other_price = 3")
    for each in done.json["files"]:
        assert [(hunk["start"], hunk["end"], hunk["strategy"]) for hunk in each["hunks"]] == [(1, 2, "selection")]
        assert done.json["written"] == ["shop.py"]
    # Let alone, it goes on for a minute now and then.
    short = ProfileSetting("Short", "local_file", model_path=str(starter_model_path()), max_output_tokens=32)
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((short,), "Short"))
    talk = run("ask", folder, "Say hello.", "--json")
    assert (talk.code, talk.json["files"]) == (0, [])
    assert talk.json["answer"]
