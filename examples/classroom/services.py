"""What names and roles and grades have in common: media types and paging."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Response, json, request

from examples.classroom.session import this_classroom
from examples.classroom.tokens import deny


def accept_only(media_type: str) -> None:
    """Refuse a request that does not take the one media type that we have to give."""
    if request.accept_mimetypes and not request.accept_mimetypes.best_match([media_type]):
        deny(406, f"Accept must allow {media_type}.")


def content_only(media_type: str) -> dict[str, Any]:
    """Give the JSON object that was sent with this media type."""
    if request.mimetype != media_type:
        deny(415, f"Content-Type must be {media_type}.")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        deny(400, "The body must be a JSON object.")
    return body


def answer(body: object, media_type: str, status: int = 200) -> Response:
    """Make a JSON answer of this media type."""
    return Response(json.dumps(body), status, content_type=media_type)


def one_page(entries: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """Cut out the page that was asked for.

    Returns
    -------
    tuple
        The page's entries, and the headers: ``Link`` with rel="next" unless this is the last.
    """
    size = this_classroom().config.page_size
    limit = min(_whole_number("limit", size) or size, size)
    start = _whole_number("from", 0)
    headers = {}
    if start + limit < len(entries):
        query = request.args.to_dict() | {"limit": str(limit), "from": str(start + limit)}
        base = urlsplit(this_classroom().config.url)
        url = urlunsplit((base.scheme, base.netloc, request.path, urlencode(query), ""))
        headers["Link"] = f'<{url}>; rel="next"'
    return entries[start : start + limit], headers


def _whole_number(name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        deny(400, f"{name} must be a whole number.")
    return int(text)
