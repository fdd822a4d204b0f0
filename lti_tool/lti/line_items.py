"""Columns of the gradebook: Assignment and Grade Services 2.0, line item service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from lti_tool.lti.fields import Line, PlatformSchema, Text
from lti_tool.lti.http import SMALL, compact_json, with_query
from lti_tool.lti.paging import read_pages
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import MAX_URL
from lti_tool.lti.tokens import AccessTokens

LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"

_ONE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """A column of the gradebook; `url` is its name."""

    url: str
    label: str
    score_maximum: float
    resource_id: str = ""
    tag: str = ""


class _LineItemSchema(PlatformSchema):
    id = Text(MAX_URL, required=True)
    label = Line()
    score_maximum = fields.Float(
        data_key="scoreMaximum",
        required=True,
        allow_nan=False,
        validate=validate.Range(min=0, min_inclusive=False),
    )
    resource_id = Line(data_key="resourceId")
    tag = Line()


_LINE_ITEM = _LineItemSchema()


def find_line_item(
    tokens: AccessTokens,
    registration: Registration,
    line_items_url: str,
    *,
    resource_id: str,
    tag: str,
    foreign_mark: str = "",
) -> LineItem | None:
    """Give the column with this resource id and tag, or None where there is none.

    Parameters
    ----------
    tokens
        Calls the service.
    registration
        The platform.
    line_items_url
        From the launch; a query that it has is kept.
    resource_id, tag
        Our own names for the column. They survive a copy of the course.
    foreign_mark
        The key that is true in columns of others, where a platform shows those too.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    filters = {"resource_id": resource_id, "tag": tag}
    url = with_query(line_items_url, filters)
    for document, item in _read_line_items(tokens, registration, url):
        is_foreign = bool(foreign_mark) and document.get(foreign_mark) is True
        # The filter is checked again: a platform that does not know it sends all of its columns.
        if not is_foreign and (item.resource_id, item.tag) == (resource_id, tag):
            return item
    return None


def create_line_item(
    tokens: AccessTokens,
    registration: Registration,
    line_items_url: str,
    *,
    label: str,
    score_maximum: int,
    resource_id: str,
    tag: str,
    extension: Mapping[str, Any] | None = None,
) -> LineItem:
    """Make a column, bound to no resource link.

    With one, Moodle would leave the link's own column out of later launches. Making a column twice
    makes two: look first, and let only one worker at a time do both.

    Parameters
    ----------
    tokens, registration, line_items_url, resource_id, tag
        As for `find_line_item`.
    label, score_maximum
        What the gradebook shows. Whole points: Open edX takes no others.
    extension
        What this platform wants to know beside the standard.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    document = {
        "label": label,
        "scoreMaximum": score_maximum,
        "resourceId": resource_id,
        "tag": tag,
        **(extension or {}),
    }
    response = tokens.request(
        registration,
        [LINE_ITEM_SCOPE],
        "POST",
        line_items_url,
        headers={"Accept": _ONE_ITEM, "Content-Type": _ONE_ITEM},
        body=compact_json(document),
    )
    response.require_success()
    return _line_item(response.read(_LINE_ITEM))


def has_line_item(tokens: AccessTokens, registration: Registration, url: str) -> bool:
    """Tell whether a column is still there.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    response = tokens.request(
        registration, [LINE_ITEM_SCOPE], "GET", url, headers={"Accept": _ONE_ITEM}
    )
    if response.status in {404, 410}:
        return False
    response.require_success()
    return True


def _read_line_items(
    tokens: AccessTokens, registration: Registration, url: str
) -> Iterator[tuple[Mapping[str, Any], LineItem]]:
    pages = read_pages(
        tokens, registration, url, scopes=[LINE_ITEM_SCOPE], accept=_ITEMS, limit=SMALL
    )
    for page in pages:
        for document, values in page.read_list(_LINE_ITEM, "line items"):
            yield document, _line_item(values)


def _line_item(values: Mapping[str, Any]) -> LineItem:
    return LineItem(
        url=values["id"],
        label=values["label"],
        score_maximum=values["score_maximum"],
        resource_id=values["resource_id"],
        tag=values["tag"],
    )
