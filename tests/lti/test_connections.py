"""Where connections lead: only to platforms of the open internet, and only to whom they claim."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from lti_tool.lti import Client, LtiError
from lti_tool.lti.connections import Call, is_local, is_public


@pytest.fixture
def guarded() -> Iterator[Client]:
    """A client of production."""
    client = Client(seconds=2)
    yield client
    client.close()


def drip_body_without_length(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.server.stop.wait(0.02):
        handler.wfile.write(b"{")


@pytest.fixture
def certificate(rsa_keys: Any, tmp_path: Path) -> Path:
    """A certificate for this machine that nobody but its own file vouches for."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    moment = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(rsa_keys[0].public_key())
        .serial_number(1)
        .not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(rsa_keys[0], hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + rsa_keys[0].private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def secure(server: Any, certificate: Path) -> str:
    """The address of the server, now that it speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return f"https://127.0.0.1:{server.server_address[1]}"


def test_a_certificate_of_nobody_is_refused(client: Any, server: Any, secure: str) -> None:
    server.serve("/x", 200, {})
    with pytest.raises(LtiError, match=r"service_unreachable.*SSLError"):
        client.get(f"{secure}/x")
    assert server.seen == []


def test_a_school_with_its_own_authority(server: Any, secure: str, certificate: Path) -> None:
    server.serve("/x", 200, {"a": 1})
    server.routes["/drip"] = drip_body_without_length
    client = Client(allow_local=True, authorities=certificate, seconds=2)
    assert client.get(f"{secure}/x").json() == {"a": 1}
    assert client.get(f"{secure}/x").status == 200
    assert server.connections == 1
    with pytest.raises(LtiError, match="service_timeout"):
        client.get(f"{secure}/drip")
    client.close()


def test_a_call_that_is_over_connects_nowhere_and_cuts_what_comes_late(server: Any) -> None:
    port = server.server_address[1]
    with Call(0, allow_local=True) as call, pytest.raises(TimeoutError):
        call.connect("127.0.0.1", port, 1)
    with Call(60, allow_local=True) as call:
        call.is_over = True
        with call.connect("127.0.0.1", port, 1) as late:
            assert late.recv(1) == b""


FORBIDDEN = {
    "http": "http://lms.example/",
    "loopback": "https://127.0.0.1:{port}/",
    "loopback by name": "https://localhost:{port}/",
    "loopback, short": "https://127.1:{port}/",
    "loopback as a number": "https://2130706433:{port}/",
    "loopback, IPv6": "https://[::1]:{port}/",
    "loopback, mapped into IPv6": "https://[::ffff:127.0.0.1]:{port}/",
    "loopback, through NAT64": "https://[64:ff9b::7f00:1]:{port}/",
    "private": "https://10.0.0.1/",
    "private, IPv6": "https://[fc00::1]/",
    "link-local": "https://[fe80::1]/",
    "metadata": "https://169.254.169.254/latest/meta-data/",
    "metadata of Azure": "https://168.63.129.16/",
    "metadata of Oracle": "https://192.0.0.192/",
    "shared": "https://100.64.0.1/",
    "nowhere": "https://0.0.0.0:{port}/",
    "file": "file:///etc/passwd",
    "other scheme": "gopher://lms.example/",
    "user in the address": "https://user@lms.example/",
    "no host": "https:///x",
    "line end": "https://lms.example/\r\nX: y",
}


@pytest.mark.parametrize("url", FORBIDDEN.values(), ids=FORBIDDEN)
def test_an_address_that_is_forbidden(guarded: Any, server: Any, refusal: Any, url: str) -> None:
    address = url.format(port=server.server_address[1])
    assert refusal(guarded.get, address) == "address_forbidden"
    assert server.connections == 0


def test_a_name_that_leads_to_this_machine_is_forbidden(
    guarded: Any, server: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = server.server_address
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    url = f"https://lms.example:{place[1]}/"
    assert refusal(guarded.get, url) == "address_forbidden"
    assert server.connections == 0


def test_a_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_afterwards(
    client: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = server.server_address
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 6, "", place)]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(answers))
    server.serve("/x", 200, {})
    assert client.get(f"http://lms.example:{place[1]}/x").status == 200


def test_development_reaches_no_cloud_metadata(client: Any, refusal: Any) -> None:
    assert refusal(client.get, "http://169.254.169.254/latest/") == "address_forbidden"


ADDRESSES = {
    "93.184.216.34": (True, False),
    "2606:4700::1111": (True, False),
    "64:ff9b::5db8:d822": (True, False),
    "127.0.0.1": (False, True),
    "::1": (False, True),
    "::ffff:10.1.2.3": (False, True),
    "2002:7f00:1::": (False, True),
    "192.168.1.1": (False, True),
    "fe80::1%lo": (False, False),
    "169.254.169.254": (False, False),
    "100.64.0.1": (False, False),
    "224.0.0.1": (False, False),
    "ff02::1": (False, False),
    "::7f00:1": (False, False),
    "0.0.0.0": (False, False),
}


@pytest.mark.parametrize(("address", "kinds"), ADDRESSES.items())
def test_kinds_of_addresses(address: str, kinds: tuple[bool, bool]) -> None:
    assert (is_public(address), is_local(address)) == kinds
