"""Connections that lead only where they may, and that end in time whatever the other side does.

requests has no limit for a whole call: its read timeout starts again with every byte. And it asks
nobody where a name leads. So each call to a platform is a `Call`, and the connections made during
it ask that call which addresses are allowed and give it a handle with which it can cut them.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from lti_tool.lti.errors.service import AddressForbidden
from lti_tool.lti.text import shown

_CURRENT: ContextVar[Call] = ContextVar("peerloom_call")

# Public as they look, clouds answer their machines' questions for secrets here: Azure
# (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16), and Oracle in the
# block of RFC 6890 that Python 3.11 counts as global.
_CLOUDS = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the open internet.

    Loopback, private, link-local (cloud metadata) and all other special ranges are not, also where
    they are wrapped in IPv6.

    Examples
    --------
    >>> is_public("93.184.216.34"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    address = _unwrapped(ipaddress.ip_address(text))
    is_special = address.is_multicast or address.is_reserved
    return address.is_global and not is_special and all(address not in net for net in _CLOUDS)


def is_local(text: str) -> bool:
    """Tell whether an IP address is this machine or a private network, but not a cloud's own."""
    address = _unwrapped(ipaddress.ip_address(text))
    return (address.is_loopback or address.is_private) and not (
        address.is_link_local or address.is_multicast or address.is_unspecified
    )


def _unwrapped(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Take an IPv4 address out of the IPv6 address that stands for it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class Call:
    """One call to a platform, from the first look at its name to the last byte of its answer.

    Parameters
    ----------
    seconds
        How long all of it together may take.
    allow_local
        Whether this machine and private networks may be called: in development only.
    """

    def __init__(self, seconds: float, *, allow_local: bool) -> None:
        self.is_over = False
        self._allow_local = allow_local
        self._ends_at = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        _CURRENT.reset(self._token)
        with self._lock:
            for handle in self._handles:
                handle.close()
            self._handles.clear()

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """Connect to the first address of a host that is allowed and answers.

        The address that was checked is the address that is connected to: no second look at the
        name, which could lead elsewhere by then. Nothing has been sent when it is refused.
        """
        failure: OSError | None = None
        for family, kind, protocol, _, place in self._look_up(host, port):
            if not (is_public(place[0]) or (self._allow_local and is_local(place[0]))):
                raise AddressForbidden(f"{shown(host)} leads to {place[0]}")
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(min(seconds, self._remaining()))
                sock.connect(place)
            except OSError as error:
                sock.close()
                failure = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.watch(sock)
            return sock
        raise failure or OSError("no address")

    def watch(self, sock: socket.socket) -> None:
        """Keep a handle on a connection, so that it can be cut when the time is over."""
        # A second descriptor of the same connection: shutting it down wakes a blocked reader, also
        # one in the middle of a TLS handshake, and cannot hit a descriptor that was used anew.
        handle = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            self._handles.append(handle)
        if self.is_over:
            self._cut()

    def _remaining(self) -> float:
        remaining = self._ends_at - time.monotonic()
        if remaining <= 0:
            self.is_over = True
            raise TimeoutError("the time of the call is over")
        return remaining

    def _cut(self) -> None:
        self.is_over = True
        with self._lock:
            for handle in self._handles:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)

    def _look_up(self, host: str, port: int) -> list[Any]:
        # The system's resolver knows no deadline and cannot be interrupted: it is left behind.
        answer: Future[list[Any]] = Future()

        def ask() -> None:
            try:
                answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except OSError as error:
                answer.set_exception(error)
            except UnicodeError:
                answer.set_exception(OSError("the name cannot be encoded"))

        threading.Thread(target=ask, daemon=True).start()
        return answer.result(timeout=self._remaining())


class _Connection(HTTPConnection):
    # `_new_conn` is urllib3's only place between the name and the first byte on the wire; its
    # signature has been the same since urllib3 1.x.
    def _new_conn(self) -> socket.socket:
        return _CURRENT.get().connect(self._dns_host, self.port, float(self.timeout or 0))

    def request(self, *args: Any, **more: Any) -> None:
        """Send a request, on a connection of an earlier call too."""
        if self.sock is not None:
            _CURRENT.get().watch(self.sock)
        super().request(*args, **more)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class GuardedAdapter(HTTPAdapter):
    """The adapter that makes requests use these connections."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """Make the pools of guarded connections."""
        super().init_poolmanager(*args, **more)
        pools: Mapping[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools
