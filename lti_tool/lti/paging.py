"""Lists that a platform gives page by page, with a Link header to the next."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from lti_tool.lti.errors.service import NextPageRefused, ServiceTimeout
from lti_tool.lti.http import Response, without_query
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import origin
from lti_tool.lti.tokens import AccessTokens

MAX_PAGES = 2000
"""Canvas gives 50 people in a page, whatever is asked for."""
MAX_SECONDS = 240
"""How long all pages together may take: one slow platform must not keep the others waiting."""

# <address>; param; param, <address>; ... An address may hold commas and semicolons.
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
# Moodle's gradebook writes rel=“next” with typographic quotes (mod/lti/service/gradebookservices).
_REL = re.compile(r";\s*rel\s*=\s*[\"'“”„]?([^\"'“”„;,]*)", re.IGNORECASE)


def read_pages(
    tokens: AccessTokens,
    registration: Registration,
    url: str,
    *,
    scopes: Sequence[str],
    accept: str,
    limit: int,
) -> Iterator[Response]:
    """Give each page of a list, following the links as they are.

    Raises
    ------
    NextPageRefused
        If a link leads to another server, to a page that was read already, or never ends. The
        access token would otherwise go wherever a page says.
    ServiceError
        If a page cannot be had.
    """
    home = origin(url)
    ends_at = time.monotonic() + MAX_SECONDS
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if len(seen) >= MAX_PAGES:
            raise NextPageRefused(f"{without_query(url)}: more than {MAX_PAGES} pages")
        if seen and time.monotonic() > ends_at:
            raise ServiceTimeout(f"{without_query(url)}: all pages within {MAX_SECONDS} s")
        seen.add(following)
        # Moodle takes exactly one media type here; a list of them is answered with 400.
        response = tokens.request(
            registration, scopes, "GET", following, headers={"Accept": accept}, limit=limit
        )
        response.require_success()
        yield response
        following = next_page(response)
        if following is not None and (origin(following) != home or following in seen):
            raise NextPageRefused(f"{without_query(url)}: next is {without_query(following)}")


def next_page(response: Response) -> str | None:
    """Give the address of the next page as the Link header writes it, or None.

    Moodle's typographic quotes and its HTML entities are understood.
    """
    # http.client reads headers as Latin-1; Moodle's quotes are UTF-8.
    header = (
        response.headers.get("Link", "").encode("latin-1", "replace").decode("utf-8", "replace")
    )
    for address, parameters in _LINK.findall(header):
        found = _REL.search(parameters)
        if found and "next" in found[1].lower().split():
            target = html.unescape(address.strip())
            try:
                return urljoin(response.url, target)
            except ValueError:
                return target  # no address at all, and refused as one of another server
    return None
