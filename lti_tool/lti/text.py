"""Texts and addresses that strangers chose: what is cleaned, what is refused."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

MAX_URL = 2048

# Controls; lone surrogates, which no database and no UTF-8 page can hold; and the marks that turn
# the writing direction of everything after them, with which a name can disguise itself.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_plain(text: str) -> bool:
    """Tell whether a text is free of control characters, lone surrogates and direction marks."""
    return _UNSAFE.search(text) is None


def clean(value: object, limit: int) -> str:
    r"""Give a stranger's text as one safe line; anything but a text becomes an empty one.

    Examples
    --------
    >>> clean("  Ada\x00 \n Lovelace ", 100)
    'Ada Lovelace'
    >>> clean({"not": "a name"}, 100)
    ''
    """
    if not isinstance(value, str):
        return ""
    line = " ".join(_UNSAFE.sub(" ", value[: 4 * limit]).split())
    return unicodedata.normalize("NFC", line)[:limit].rstrip()


def clean_lines(value: str) -> str:
    """Give a text of several lines without unsafe characters; tabs and line ends stay."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] in "\t\r\n" else "", value)


def shown(value: str) -> str:
    """Quote a stranger's text for a line of the log."""
    return ascii(value[:100])


def split_address(address: str) -> SplitResult | None:
    """Take an absolute http or https address apart, or give None if it is not a clean one."""
    if len(address) > MAX_URL or _NOT_IN_ADDRESSES.search(address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or port == 0:
        return None
    if not parts.hostname or not parts.hostname.isascii() or "@" in parts.netloc:
        return None
    return parts


def origin(address: str) -> tuple[str, str, int] | None:
    """Give scheme, host and port of an address, or None if it is not a clean one.

    Examples
    --------
    >>> origin("https://Tool.example/launch") == origin("https://tool.example:443/")
    True
    >>> origin("javascript:alert(1)")
    """
    parts = split_address(address)
    if parts is None:
        return None
    host = (parts.hostname or "").lower()
    return parts.scheme, host, parts.port or _DEFAULT_PORTS[parts.scheme]


def is_own_address(address: str, base: str) -> bool:
    r"""Tell whether an address has the origin of `base`: same scheme, host and port.

    Examples
    --------
    >>> is_own_address("https://tool.example/launch?x=1", "https://tool.example")
    True
    >>> is_own_address("https://tool.example@evil.example/", "https://tool.example")
    False
    >>> is_own_address("https://tool.example\\.evil.example/", "https://tool.example")
    False
    """
    own = origin(base)
    return own is not None and origin(address) == own
