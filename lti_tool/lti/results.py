"""What the gradebook shows: Assignment and Grade Services 2.0, result service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marshmallow import fields, validate

from lti_tool.lti.fields import PlatformSchema, Text
from lti_tool.lti.http import LARGE, below, with_query
from lti_tool.lti.paging import read_pages
from lti_tool.lti.registration import Registration
from lti_tool.lti.tokens import AccessTokens

RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"

_ACCEPT = "application/vnd.ims.lis.v2.resultcontainer+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one person has in one column, whoever wrote it there.

    Parameters
    ----------
    user_id
        As the platform writes it here.
    score
        Points, or None where nothing is shown.
    maximum
        The points that the column counts as all of it.
    """

    user_id: str
    score: float | None = None
    maximum: float = 1.0

    @property
    def share(self) -> float | None:
        """The part of all points; None where nothing is shown."""
        return None if self.score is None else self.score / self.maximum


class _ResultSchema(PlatformSchema):
    user_id = Text(data_key="userId", required=True)
    score = fields.Float(
        data_key="resultScore", allow_none=True, load_default=None, allow_nan=False
    )
    maximum = fields.Float(
        data_key="resultMaximum",
        allow_none=True,
        load_default=None,
        allow_nan=False,
        validate=validate.Range(min=0, min_inclusive=False),
    )


_RESULT = _ResultSchema()


def read_results(
    tokens: AccessTokens, registration: Registration, line_item_url: str, *, user_id: str
) -> Iterator[Result]:
    """Give what the gradebook shows for one person.

    Some platforms do not know the filter and send everybody: look at `Result.user_id`. No limit is
    asked for, because Moodle answers one with an error page.

    Parameters
    ----------
    tokens
        Calls the service.
    registration
        The platform.
    line_item_url
        The column.
    user_id
        The `sub` of the person.

    Raises
    ------
    ServiceError
        If the platform refuses or cannot be reached.
    """
    url = with_query(below(line_item_url, "results"), {"user_id": user_id})
    pages = read_pages(
        tokens, registration, url, scopes=[RESULT_SCOPE], accept=_ACCEPT, limit=LARGE
    )
    for page in pages:
        for _, values in page.read_list(_RESULT, "results"):
            yield Result(
                user_id=values["user_id"],
                score=values["score"],
                maximum=values["maximum"] or 1.0,
            )
