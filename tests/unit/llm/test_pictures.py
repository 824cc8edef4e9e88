"""Pictures on both wires, what they cost, and which models see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.openai_chat.wire import ChatFormat
from copilot_desktop.llm.openai_responses.wire import ResponsesFormat
from copilot_desktop.llm.picture_tokens import picture_tokens
from copilot_desktop.llm.profiles import Profile, ProviderKind
from copilot_desktop.llm.requests import Message, ModelRequest
from copilot_desktop.workspace.picture import Picture, with_short_pictures

PROFILE = Profile("p", ProviderKind.CHAT, "https://api.openai.com/v1", "gpt-4o")
PICTURE = Picture(b"\x89PNG" + bytes(96), "image/png", 40, 30)


def request() -> ModelRequest:
    return ModelRequest("r", "t", PROFILE, (Message("user", "What is it?", pictures=(PICTURE,)),), "chat")


def test_both_wires_carry_the_picture_behind_the_text() -> None:
    chat = ChatFormat("api.openai.com").body(request(), "gpt-4o")["messages"]
    assert chat == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": PICTURE.data_url}},
            ],
        }
    ]
    responses = ResponsesFormat().body(request(), "gpt-4o")["input"]
    assert responses == [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is it?"},
                {"type": "input_image", "image_url": PICTURE.data_url, "detail": "auto"},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("model", "size", "tokens"),
    [
        # The examples of OpenAI's guide.
        ("gpt-4o", (1024, 1024), 765),
        ("gpt-4o", (2048, 4096), 1105),
        ("gpt-4o-2024-08-06", (512, 512), 255),
        ("gpt-5", (1024, 1024), 630),
        ("gpt-5.5", (1024, 1024), None),
    ],
)
def test_tokens_follow_the_published_rule_where_there_is_one(
    model: str, size: tuple[int, int], tokens: int | None
) -> None:
    profile = Catalogue.load().complete(replace(PROFILE, model=model))
    assert picture_tokens(profile, replace(PICTURE, width=size[0], height=size[1])) == tokens


@pytest.mark.parametrize(
    ("model", "sees"),
    [
        ("gpt-4o-mini", True),
        ("o3", True),
        ("o3-mini", False),
        ("openai/gpt-5-mini", True),
        ("claude-sonnet-4-5", True),
        ("qwen2.5-coder:7b", False),
        ("deepseek-chat", False),
        ("somebody/new-model", None),
    ],
)
def test_what_a_name_says_of_seeing(model: str, sees: bool | None) -> None:
    assert Catalogue.load().sees(model) is sees


def test_a_kept_request_has_size_and_sum_of_a_picture_in_its_place() -> None:
    short = with_short_pictures(f'{{"url": "{PICTURE.data_url}"}}')
    assert short.startswith('{"url": "data:image/png;base64,… (100 bytes, sha256 ')
    assert with_short_pictures('{"text": "data:image/png;base64,AAAA"}') == '{"text": "data:image/png;base64,AAAA"}'
