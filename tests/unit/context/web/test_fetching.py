"""Fetching one page from a real server, also from one that misbehaves."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator

import pytest

from copilot_desktop.context.web.fetching import FetchedPage, PageLimits, fetch_page
from copilot_desktop.errors import CopilotError, NetworkError, ServerError, UsageError
from tests.support.page_server import Page, PageServer

LIMITS = PageLimits(whole_s=20.0, most_bytes=10_000)


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer() as running:
        yield running


def fetched(url: str, limits: PageLimits = LIMITS) -> FetchedPage:
    return asyncio.run(fetch_page(url, limits))


def test_a_page_is_its_title_and_text_and_no_more_than_the_request_goes_out(server: PageServer) -> None:
    server.pages["/a"] = Page("<title>Prices</title><p>Grüße</p>".encode())
    page = fetched(server.url("/a#part"))
    assert (page.page.title, page.page.text) == ("Prices", "Grüße\n")
    ((path, headers),) = server.requests
    assert path == "/a"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert {"cookie", "authorization", "referer"} & set(headers) == set()


def test_a_page_that_moved_is_followed_on_the_same_host(server: PageServer) -> None:
    server.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    server.pages["/new"] = Page(b"<p>Here</p>")
    assert fetched(server.url("/old")).url == server.url("/new")


@pytest.mark.parametrize("place", ["http://127.0.0.1:{}/b", "http://[::1]:{}/b", "http://169.254.169.254/latest"])
def test_no_page_leads_to_this_machine_or_its_network(server: PageServer, place: str) -> None:
    server.pages["/a"] = Page(status=302, headers={"Location": place.format(server.port)})
    server.pages["/b"] = Page(b"<p>Secret</p>")
    with pytest.raises(ServerError, match=r"localhost sends on to .* an address of this machine or its network"):
        fetched(server.url("/a", "localhost"))
    assert [path for path, _headers in server.requests] == ["/a"]


@pytest.mark.parametrize("host", ["127.1", "2130706433"])
def test_a_name_that_hides_where_it_leads_is_refused(server: PageServer, host: str) -> None:
    with pytest.raises(ServerError, match=r"leads to 127\.0\.0\.1"):
        fetched(server.url("/a", host))
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/a", "https://", "http://u:p@example.com/", "http://[", "words"]
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        fetched(url)


def test_a_redirect_to_another_scheme_or_without_an_end_is_refused(server: PageServer) -> None:
    server.pages["/file"] = Page(status=302, headers={"Location": "file:///etc/passwd"})
    server.pages["/round"] = Page(status=302, headers={"Location": "/round"})
    with pytest.raises(UsageError):
        fetched(server.url("/file"))
    with pytest.raises(ServerError, match="without an end"):
        fetched(server.url("/round"))
    assert len(server.requests) < 10


def test_a_large_page_is_cut_also_when_it_is_packed(server: PageServer) -> None:
    body = b"<p>" + b"word " * 1_000_000
    server.pages["/plain"] = Page(body)
    server.pages["/packed"] = Page(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    for path in ("/plain", "/packed"):
        page = fetched(server.url(path))
        assert page.is_cut, path
        assert page.size_bytes == 10_000, path


def test_a_server_that_is_silent_is_left(server: PageServer) -> None:
    server.pages["/a"] = Page(b"late", is_held=True)
    with pytest.raises(NetworkError, match=r"did not send the page within 0\.5 seconds"):
        fetched(server.url("/a"), PageLimits(whole_s=0.5))


@pytest.mark.parametrize(
    ("page", "error", "words"),
    [
        (Page(status=404), ServerError, "status 404"),
        (Page(b"\x89PNG", headers={"Content-Type": "image/png"}), UsageError, "is image/png and no text"),
        (Page(b"x", headers={"Content-Encoding": "br"}), ServerError, "not asked for"),
        (Page(b"no such packing", headers={"Content-Encoding": "gzip"}), NetworkError, "could not be fetched"),
        (Page(b"<p>x", breaks=True), NetworkError, "could not be fetched"),
        (Page(b"<script>draw()</script>"), UsageError, "no text in the page"),
    ],
)
def test_what_gives_no_text_is_told_in_a_sentence(
    server: PageServer, page: Page, error: type[CopilotError], words: str
) -> None:
    server.pages["/a"] = page
    with pytest.raises(error, match=words):
        fetched(server.url("/a"))


def test_nobody_at_the_address_is_told_in_a_sentence() -> None:
    with PageServer() as server:
        url = server.url("/a")
    with pytest.raises(NetworkError, match=r"could not be fetched from 127\.0\.0\.1"):
        fetched(url)
