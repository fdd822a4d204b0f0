"""Web addresses that may stand in a link: http and https only, and nothing that hides its goal."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from peerloom.mentoring.errors import TextError

LONGEST_URL = 2000

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\]")


def web_address(text: str) -> str:
    """Give a web address as it may stand in a link.

    Parameters
    ----------
    text
        With http or https, without a name or password in it.

    Raises
    ------
    TextError
        For anything else. The error never repeats the address.

    Examples
    --------
    >>> web_address(" HTTPS://docs.python.org/3/library/json.html ")
    'https://docs.python.org/3/library/json.html'
    >>> web_address("javascript:alert(1)")
    Traceback (most recent call last):
        ...
    peerloom.mentoring.errors.TextError: "url" needs a web address that begins with \
https:// or http://.
    """
    address = text.strip() if isinstance(text, str) else ""
    if len(address) > LONGEST_URL:
        raise TextError.of_field("url", f"at most {LONGEST_URL} characters")
    # Spaces, control characters and signs that turn the direction of writing hide where it leads;
    # browsers read a backslash as a slash, and Python does not.
    if any(unicodedata.category(sign)[0] in "CZ" or sign == "\\" for sign in address):
        raise TextError.of_field("url", "a web address without spaces and hidden characters")
    parts = _parts(address)
    if parts is None or parts.scheme not in ("http", "https"):
        raise TextError.of_field("url", "a web address that begins with https:// or http://")
    if "@" in parts.netloc:
        raise TextError.of_field("url", "a web address without a name or password in it")
    return parts.geturl()


def _parts(address: str) -> SplitResult | None:
    """Take an address apart; None where no browser would find a host in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.netloc.rpartition("@")[2], parts.port
    except ValueError:
        return None
    if port is not None:
        host = host.rpartition(":")[0]
    return parts if _HOST.fullmatch(host) else None
