"""The client: in time, within limits, and never into a private network."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from lti_tool.lti import LtiError, Response
from lti_tool.lti.errors import ServiceError


def test_a_whole_answer(client: Any, server: Any) -> None:
    url = server.serve("/x", 200, {"a": 1}, Content_Type="text/html")
    response = client.get(f"{url}?secret=1", headers={"Accept": "application/json"})
    assert (response.status, response.json(), response.place) == (200, {"a": 1}, url)
    sent = server.seen[0].headers
    assert sent["User-Agent"] == "Peerloom"
    assert sent["Accept-Encoding"] == "identity"
    assert "secret" not in repr(response)


def test_a_connection_is_used_again_and_no_cookie_is_kept(client: Any, server: Any) -> None:
    url = server.serve("/x", 200, {}, Set_Cookie="a=b; Path=/")
    client.get(url)
    client.get(url)
    assert server.connections == 1
    assert [request.headers["Cookie"] for request in server.seen] == [None, None]


def test_a_redirect_is_not_followed(client: Any, server: Any) -> None:
    server.serve("/secret", 200, {})
    url = server.serve("/x", 302, {}, Location="/secret")
    response = client.get(url)
    assert response.status == 302
    assert len(server.seen) == 1
    with pytest.raises(LtiError, match="service_refused"):
        response.require_success()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, b"", "service_busy"),
        (503, b"", "service_busy"),
        (500, b"", "service_busy"),
        (403, b"403 Forbidden (Rate Limit Exceeded)", "service_busy"),
        (403, b"no", "service_refused"),
        (404, b"", "service_refused"),
        (304, b"", "service_refused"),
    ],
)
def test_what_a_status_means(client: Any, server: Any, status: int, body: bytes, code: str) -> None:
    response = client.get(server.serve("/x", status, body))
    with pytest.raises(ServiceError) as caught:
        response.require_success()
    assert caught.value.code == code
    assert caught.value.is_retryable is (code == "service_busy")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("999999", 3600),
        ("Sun, 17 Mar 2030 12:02:00 GMT", 120),
        ("Sun, 17 Mar 2030 11:00:00 GMT", 0),
        ("soon", None),
        ("²", None),
        ("-5", None),
        ("Sun, 17 Mar 99999999999 12:00:00 GMT", None),
        ("Sun, 17 Mar 2030 12:00:00 +99999999999999999999", None),
    ],
)
def test_how_long_a_platform_asks_us_to_wait(header: str, seconds: int | None) -> None:
    headers = {"Retry-After": header, "Date": "Sun, 17 Mar 2030 12:00:00 GMT"}
    assert Response("https://x", 429, headers, b"").failure().retry_after == seconds


def test_an_answer_larger_than_it_says_it_may_be(client: Any, server: Any, refusal: Any) -> None:
    url = server.serve("/x", 200, b"x" * 101)
    assert refusal(client.get, url, limit=100) == "answer_too_large"
    assert client.get(url, limit=101).body == b"x" * 101


def test_a_gigabyte_is_not_read(client: Any, server: Any, refusal: Any) -> None:
    sent = 0

    def stream(handler: Any) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(16_384):
            handler.wfile.write(bytes(65_536))
            sent += 65_536

    server.routes["/x"] = stream
    assert refusal(client.get, f"{server.url}/x") == "answer_too_large"
    assert sent < 64 * 1024 * 1024


def test_a_gigabyte_that_is_announced_is_not_begun(client: Any, server: Any, refusal: Any) -> None:
    def announce(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(2**30))
        handler.end_headers()
        server.stop.wait()

    server.routes["/x"] = announce
    assert refusal(client.get, f"{server.url}/x") == "answer_too_large"


def test_a_compressed_answer_is_refused(client: Any, server: Any, refusal: Any) -> None:
    url = server.serve("/x", 200, b"\x1f\x8b", Content_Encoding="gzip")
    assert refusal(client.get, url) == "answer_invalid"


def test_an_answer_that_breaks_off(client: Any, server: Any, refusal: Any) -> None:
    def break_off(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    server.routes["/x"] = break_off
    assert refusal(client.get, f"{server.url}/x") == "service_unreachable"


def hang(handler: Any) -> None:
    handler.server.stop.wait()


def drip_headers(handler: Any) -> None:
    handler.send_response(200)
    handler.flush_headers()
    while not handler.server.stop.wait(0.02):
        handler.wfile.write(b"X")


def drip_body(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.stop.wait(0.02):
        handler.wfile.write(b"{")


def drip_body_without_length(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.server.stop.wait(0.02):
        handler.wfile.write(b"{")


@pytest.mark.parametrize("route", [hang, drip_headers, drip_body, drip_body_without_length])
def test_a_slow_answer_is_cut(hasty: Any, server: Any, refusal: Any, route: Any) -> None:
    server.routes["/x"] = route
    assert refusal(hasty.get, f"{server.url}/x") == "service_timeout"


def test_a_slow_answer_on_a_connection_of_an_earlier_call_is_cut(
    hasty: Any, server: Any, refusal: Any
) -> None:
    hasty.get(server.serve("/quick", 200, {}))
    server.routes["/x"] = drip_headers
    assert refusal(hasty.get, f"{server.url}/x") == "service_timeout"
    assert server.connections == 1


def test_a_tls_handshake_that_never_ends_is_cut(hasty: Any, refusal: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        assert refusal(hasty.get, url) == "service_timeout"


def test_a_name_that_is_never_resolved_is_given_up(
    hasty: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hang(*args: Any, **more: Any) -> Any:
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert refusal(hasty.get, "https://lms.example/") == "service_timeout"
    over.set()


def test_nobody_answers(client: Any, refusal: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refusal(client.get, f"http://127.0.0.1:{port}/") == "service_unreachable"


def test_an_unknown_name(client: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refusal(client.get, "https://lms.example/") == "service_unreachable"


def test_a_name_that_cannot_be_a_name(client: Any, refusal: Any) -> None:
    assert refusal(client.get, f"https://{'x' * 70}.example/") == "service_unreachable"
