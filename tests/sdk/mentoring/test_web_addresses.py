"""Web addresses: what may stand in a link, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import TextError
from peerloom.mentoring.web_addresses import web_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org", "https://example.org"),
        (" http://example.org/a?b=c#d ", "http://example.org/a?b=c#d"),
        ("HTTPS://Example.org/Path", "https://Example.org/Path"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://münchen.example/straße", "https://münchen.example/straße"),
        ("https://[2001:db8::1]:80/", "https://[2001:db8::1]:80/"),
        ("https://127.0.0.1/", "https://127.0.0.1/"),
        ("https://example.org/@ada", "https://example.org/@ada"),
    ],
)
def test_web_addresses_that_are_taken(text, address):
    assert web_address(text) == address
    assert web_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "mailto:ada@example.org",
        "//example.org",
        "example.org",
        "/local",
        "https:",
        "https://",
        "https:///path",
        "https:example.org",
        "https://?x",
        "https://.example.org",
        "https://exa mple.org",
        "https://example.org/a b",
        "https://example.org\n.evil.example",
        "https://example.org\\@evil.example",
        "https://example.org/\\evil.example",
        "https://ada:secret@example.org",
        "https://bank.example@evil.example",
        "https://example.org/\u202egpj.exe",
        "https://exam\u200bple.org",
        "https://example.org:99999",
        "https://example.org:port",
        "https://[::1",
        "https://exa<mple.org",
        'https://example.org"onclick',
        "https://" + "x" * 2000,
        "",
        None,
        7,
    ],
)
def test_everything_else_is_refused_and_not_repeated(text):
    with pytest.raises(TextError) as caught:
        web_address(text)
    assert caught.value.field == "url"
    assert len(str(text)) < 9 or str(text) not in caught.value.sentence + caught.value.detail


@given(st.text(max_size=60) | st.text("htps:/@.[]\\ ab%?#\n", max_size=30))
def test_what_is_taken_is_always_a_plain_web_address(text):
    try:
        address = web_address(text)
    except TextError:
        return
    assert address.startswith(("https://", "http://"))
    assert not set(address) & set(" \t\r\n\\")
    assert web_address(address) == address
