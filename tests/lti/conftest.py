"""A platform made of a key and a clock: it signs whatever a test wants signed."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.lti import (
    AccessTokens,
    Client,
    Launch,
    LtiError,
    Registration,
    ToolKey,
    read_launch,
)
from lti_tool.lti.errors import KeyUnknown

NOW = datetime(2030, 3, 17, 12, 0, tzinfo=UTC)
NONCE = "nonce-of-this-login"
TOOL = "https://tool.example"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
CONTEXT_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
REMOVE = object()
"""The value of a claim that shall not be there at all."""


@dataclass
class SigningPlatform:
    """An LMS: its registration with us, its keys, and a launch as it would send it."""

    registration: Registration
    keys: dict[str, rsa.RSAPrivateKey]
    lookups: list[str] = field(default_factory=list)

    def find(self, uri: str, kid: str) -> rsa.RSAPublicKey:
        assert uri == self.registration.jwks_uri
        self.lookups.append(kid)
        if kid not in self.keys:
            raise KeyUnknown
        return self.keys[kid].public_key()

    def claims(self, **changes: Any) -> dict[str, Any]:
        at = int(NOW.timestamp())
        claims = {
            "iss": self.registration.issuer,
            "aud": self.registration.client_id,
            "sub": "u-1",
            "exp": at + 300,
            "iat": at,
            "nonce": NONCE,
            "name": "Aiko Sato",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "dep-1",
            f"{CLAIM}target_link_uri": f"{TOOL}/visit",
            f"{CLAIM}resource_link": {"id": "rl-1", "title": "Week 1"},
            f"{CLAIM}roles": [f"{CONTEXT_ROLE}Learner"],
            f"{CLAIM}context": {"id": "ctx-1", "label": "B1", "title": "Bio"},
        }
        for name, value in changes.items():
            key = name if name in _SHORT else f"{CLAIM}{name}"
            if value is REMOVE:
                claims.pop(key, None)
            else:
                claims[key] = value
        return claims

    def sign(self, claims: Mapping[str, Any], *, kid: str = "k1", header: Any = None) -> str:
        return jwt.encode(dict(claims), self.keys[kid], "RS256", headers=header or {"kid": kid})

    def sign_bytes(self, payload: bytes, header: Mapping[str, Any] | bytes | None = None) -> str:
        """Sign any payload under any header with the key k1, also what PyJWT would not write."""
        if not isinstance(header, bytes):
            header = json.dumps(header or {"alg": "RS256", "kid": "k1"}).encode()
        start = _b64(header) + b"." + _b64(payload)
        algorithm = jwt.get_algorithm_by_name("RS256")
        return (start + b"." + _b64(algorithm.sign(start, self.keys["k1"]))).decode()

    def launch(self, token: str, **changes: Any) -> Launch:
        arguments: dict[str, Any] = {
            "registration": self.registration,
            "key_set": self,
            "nonce": NONCE,
            "now": NOW,
            "tool_url": TOOL,
        }
        return read_launch(token, **arguments | changes)


_SHORT = {"iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name", "given_name"} | {
    "family_name",
    "email",
    "locale",
}


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@pytest.fixture(scope="session")
def rsa_keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3)]


@pytest.fixture
def registration() -> Registration:
    return Registration(
        issuer="https://lms.example",
        client_id="client-1",
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/jwks",
    )


@pytest.fixture
def platform(registration: Registration, rsa_keys: list[rsa.RSAPrivateKey]) -> SigningPlatform:
    return SigningPlatform(registration, {"k1": rsa_keys[0], "k2": rsa_keys[1]})


@pytest.fixture
def foreign_key(rsa_keys: list[rsa.RSAPrivateKey]) -> rsa.RSAPrivateKey:
    return rsa_keys[2]


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Give the code with which a call is refused."""

    def code_of(call: Callable[..., Any], *args: Any, **more: Any) -> str:
        with pytest.raises(LtiError) as caught:
            call(*args, **more)
        assert 400 <= caught.value.status < 500
        assert caught.value.sentence
        return caught.value.code

    return code_of


Route = Callable[["Handler"], None]


@dataclass(frozen=True)
class Seen:
    """A request that reached the server."""

    command: str
    path: str
    headers: Any
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Answers with the route of the path, or 404."""

    protocol_version = "HTTP/1.1"
    server: PlatformServer

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(Seen(self.command, self.path, self.headers, body))
        path = self.path.partition("?")[0]
        route = self.server.routes.get(path)
        if route is None:
            self.answer(404, b"<html>not found</html>")
        else:
            with suppress(ConnectionError):
                route(self)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def answer(
        self, status: int, body: bytes | Any, headers: Mapping[str, str] | None = None
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class PlatformServer(ThreadingHTTPServer):
    """A real server on this machine. `stop` ends every handler that makes a caller wait."""

    daemon_threads = True

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.seen: list[Seen] = []
        self.connections = 0
        self.stop = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no error here."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(self, path: str, status: int, body: Any, **headers: str) -> str:
        """Answer a path always with the same; give its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = lambda handler: handler.answer(status, body, named)
        return self.url + path


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with PlatformServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.stop.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of development, which may call this machine."""
    client = Client(allow_local=True)
    yield client
    client.close()


@pytest.fixture
def hasty() -> Iterator[Client]:
    """A client of development that has one second for a whole call."""
    client = Client(allow_local=True, seconds=1)
    yield client
    client.close()


@dataclass
class Clock:
    """A clock that a test turns."""

    seconds: float = 1_900_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def turn(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def tool_key(rsa_keys: list[rsa.RSAPrivateKey]) -> ToolKey:
    return ToolKey(rsa_keys[2])


@pytest.fixture
def tokens(client: Client, tool_key: ToolKey, clock: Clock) -> AccessTokens:
    return AccessTokens(client, lambda: tool_key, clock=clock)


@pytest.fixture
def service(server: PlatformServer, registration: Registration) -> Registration:
    """A registration whose token endpoint grants everything."""
    url = server.serve("/token", 200, {"access_token": "t0ken", "expires_in": 3600})
    return replace(registration, token_endpoint=url)
