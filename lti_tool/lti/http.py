"""The one HTTP client for everything that the tool asks of a platform."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import requests
import urllib3
from marshmallow import Schema, ValidationError

from lti_tool.lti import strict_json
from lti_tool.lti.connections import Call, GuardedAdapter
from lti_tool.lti.errors.service import (
    AddressForbidden,
    AnswerInvalid,
    AnswerTooLarge,
    ServiceBusy,
    ServiceRefused,
    ServiceTimeout,
    ServiceUnreachable,
)
from lti_tool.lti.text import shown, split_address

SMALL = 256 * 1024
"""Bytes that a key set, a configuration, a token or a line item may have."""
LARGE = 32 * 1024 * 1024
"""Bytes that a page of the roster may have. Moodle gives all of a course in one page, about 230
bytes for each person (measured)."""

_CHUNK = 64 * 1024
_CONNECT_SECONDS = 3.05
_READ_SECONDS = 5.0
_LONGEST_WAIT = 3600
_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that arrived completely. Its body is not shown in logs."""

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def place(self) -> str:
        """The address without its query, for the log."""
        return without_query(self.url)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def is_throttled(self) -> bool:
        """Whether the platform asks to be left alone for a while, by everybody."""
        if self.status == 403:
            # Canvas said 403 where others say 429, and self-hosted ones still do:
            # app/middleware/request_throttle.rb
            return b"Rate Limit Exceeded" in self.body
        return self.status == 429 or (self.status == 503 and self.retry_after is not None)

    @property
    def retry_after(self) -> int | None:
        """The seconds for which it asks to be left alone, where it says so."""
        return _retry_after(self)

    def json(self) -> object:
        """Read the body as JSON, whatever its Content-Type: Moodle sends tokens as text/html.

        Raises
        ------
        AnswerInvalid
            If it is not JSON.
        """
        try:
            return strict_json.loads(self.body)
        except strict_json.JsonError as error:
            raise AnswerInvalid(f"{self.place}: {error}") from None

    def read(self, schema: Schema) -> Any:
        """Read the body as JSON through a schema.

        Raises
        ------
        AnswerInvalid
            If it is not JSON or the schema refuses it. The detail names the fields, not values.
        """
        return self.load(schema, self.json())

    def load(self, schema: Schema, document: object, place: str = "") -> Any:
        """Read a document of the body through a schema; `place` says where it stands there.

        Raises
        ------
        AnswerInvalid
            If the schema refuses it. The detail names the fields, not values.
        """
        try:
            return schema.load(document)  # type: ignore[arg-type]  # the schema checks the type
        except ValidationError as error:
            fields = ", ".join(sorted(str(name) for name in error.messages_dict))
            raise AnswerInvalid(f"{self.place}: {place}{fields}") from None

    def read_list(self, schema: Schema, what: str) -> Iterator[tuple[Any, Any]]:
        """Read the body as a list: each document, and its values by the schema.

        Raises
        ------
        AnswerInvalid
            If it is no list, or as `load`.
        """
        documents = self.json()
        if not isinstance(documents, list):
            raise AnswerInvalid(f"{self.place}: not a list of {what}")
        for document in documents:
            yield document, self.load(schema, document)

    def require_success(self) -> None:
        """Raise `failure()`, if the status is not 2xx.

        Raises
        ------
        ServiceBusy
            If the same call may succeed later.
        ServiceRefused
            If it will not.
        """
        if not self.is_success:
            raise self.failure()

    def failure(self) -> ServiceBusy | ServiceRefused:
        """Give the error that fits a status which is not 2xx."""
        detail = f"{self.place}: {self.status}"
        if self.status in _BUSY or self.is_throttled:
            return ServiceBusy(detail, retry_after=self.retry_after)
        return ServiceRefused(detail, answer_status=self.status)


class Client:
    """Calls platforms: in time, within limits, and never into a private network.

    Redirects are not followed, no proxy or password is taken from the environment, and no cookie
    is kept. May be used by several threads.

    Parameters
    ----------
    user_agent
        Our name. Canvas and some Moodles refuse calls without one.
    allow_local
        Development only: also call http addresses and this machine.
    seconds
        How long one call may take altogether.
    authorities
        A file of certificate authorities to trust instead of the usual ones, for schools that have
        their own.
    """

    def __init__(
        self,
        *,
        user_agent: str = "Peerloom",
        allow_local: bool = False,
        seconds: float = 10.0,
        authorities: Path | None = None,
    ) -> None:
        self._allow_local = allow_local
        self._seconds = seconds
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = True if authorities is None else str(authorities)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Not compressed: a compressed answer could be a thousand times its size.
        self._session.headers = requests.structures.CaseInsensitiveDict(
            {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        )
        adapter = GuardedAdapter()
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close the connections that are kept open for the next call."""
        self._session.close()

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = SMALL
    ) -> Response:
        """Get a document; see `request`."""
        return self.request("GET", url, headers=headers, limit=limit)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = SMALL,
    ) -> Response:
        """Send one request and read the whole answer, whatever its status.

        Parameters
        ----------
        method, url, headers, body
            What to send.
        limit
            The most bytes that the answer may have.

        Raises
        ------
        AddressForbidden, ServiceUnreachable, ServiceTimeout, AnswerTooLarge, AnswerInvalid
            If no complete answer could be had.
        """
        self._check_address(url)
        place = without_query(url)
        with Call(self._seconds, allow_local=self._allow_local) as call:
            try:
                response = self._session.request(
                    method,
                    url,
                    headers=dict(headers or {}),
                    data=body,
                    timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    content = _read_body(response, limit, place)
            except (requests.Timeout, urllib3.exceptions.TimeoutError):
                raise ServiceTimeout(place) from None
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                if call.is_over:
                    raise ServiceTimeout(place) from None
                raise ServiceUnreachable(f"{place}: {type(error).__name__}") from None
            # A connection that was cut can look like the end of an answer without a length.
            if call.is_over:
                raise ServiceTimeout(place)
        return Response(url, response.status_code, response.headers, content)

    def _check_address(self, url: str) -> None:
        parts = split_address(url)
        if parts is None or (parts.scheme != "https" and not self._allow_local):
            raise AddressForbidden(shown(without_query(url)))


def without_query(url: str) -> str:
    """Give an address without query and fragment, where tokens and session keys may stand."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def compact_json(document: Mapping[str, Any]) -> bytes:
    """Give a document as JSON in one line.

    That is no matter of taste: Moodle answers a bad score over several lines with 200 and stores
    nothing.
    """
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")


def below(url: str, name: str) -> str:
    """Give the address below another one: on its path, before the query that Moodle's have.

    Examples
    --------
    >>> below("https://lms.example/items/2/lineitem?type_id=1", "scores")
    'https://lms.example/items/2/lineitem/scores?type_id=1'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def with_query(url: str, more: Mapping[str, str]) -> str:
    """Give an address with more in its query; what stands there already stays.

    Examples
    --------
    >>> with_query("https://lms.example/items?type_id=1", {"tag": "a b"})
    'https://lms.example/items?type_id=1&tag=a%20b'
    """
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *more.items()]
    return urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote)))


def _read_body(response: requests.Response, limit: int, place: str) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise AnswerInvalid(f"{place}: compressed, though we asked for plain text")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:20]) > limit:
        raise AnswerTooLarge(f"{place}: {length[:20]} bytes")
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise AnswerTooLarge(f"{place}: more than {limit} bytes")
    return bytes(body)


def _retry_after(response: Response) -> int | None:
    """Read Retry-After, in seconds or as a date; a date counts from the platform's own clock."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return min(int(text[:9]), _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(text)
        since = email.utils.parsedate_to_datetime(response.headers.get("Date", ""))
        seconds = int((until - since).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0, min(seconds, _LONGEST_WAIT))
