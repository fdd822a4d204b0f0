"""Assignment and Grade Services 2.0: columns of the gradebook, scores and results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from examples.classroom.claims import line_item_url
from examples.classroom.grade_schemas import LineItemSchema, ScoreSchema
from examples.classroom.services import accept_only, answer, content_only, one_page
from examples.classroom.session import this_classroom
from examples.classroom.state import LineItem, Score, Tool
from examples.classroom.tokens import allow, deny
from examples.classroom.vocabulary import (
    LINE_ITEM_READ_SCOPE,
    LINE_ITEM_SCOPE,
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    RESULT_SCOPE,
    RESULTS_TYPE,
    SCORE_SCOPE,
    SCORE_TYPE,
)

blueprint = Blueprint("grades", __name__, url_prefix="/services/lineitems")


@blueprint.get("")
def line_items() -> Response:
    """List the tool's own columns, filtered as AGS 2.0 demands."""
    tool = allow(LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE)
    accept_only(LINE_ITEMS_TYPE)
    filters = {
        name: request.args[name]
        for name in ("resource_link_id", "resource_id", "tag")
        if name in request.args
    }
    items = [
        item
        for item in this_classroom().items_of(tool.client_id)
        if all(getattr(item, name) == value for name, value in filters.items())
    ]
    page, headers = one_page([_dump(item) for item in items])
    response = answer(page, LINE_ITEMS_TYPE)
    response.headers.update(headers)
    return response


@blueprint.post("")
def add_line_item() -> Response:
    """Make a column."""
    tool = allow(LINE_ITEM_SCOPE)
    classroom = this_classroom()
    values = _load_line_item(tool)
    item = LineItem(id=classroom.new_id(), client_id=tool.client_id, **values)
    classroom.line_items[item.id] = item
    response = answer(_dump(item), LINE_ITEM_TYPE, 201)
    response.headers["Location"] = line_item_url(classroom, item.id)
    return response


@blueprint.get("/<item_id>")
def line_item(item_id: str) -> Response:
    """Show one column."""
    tool = allow(LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE)
    accept_only(LINE_ITEM_TYPE)
    return answer(_dump(_own_item(tool, item_id)), LINE_ITEM_TYPE)


@blueprint.put("/<item_id>")
def replace_line_item(item_id: str) -> Response:
    """Replace a column's values: what is left out is gone."""
    tool = allow(LINE_ITEM_SCOPE)
    item = _own_item(tool, item_id)
    for name, value in _load_line_item(tool).items():
        setattr(item, name, value)
    return answer(_dump(item), LINE_ITEM_TYPE)


@blueprint.delete("/<item_id>")
def delete_line_item(item_id: str) -> Response:
    """Remove a column with its scores."""
    tool = allow(LINE_ITEM_SCOPE)
    classroom = this_classroom()
    item = _own_item(tool, item_id)
    with classroom.lock:
        classroom.line_items.pop(item.id, None)
        classroom.scores = {
            key: score for key, score in classroom.scores.items() if key[0] != item.id
        }
    return Response(status=204)


@blueprint.post("/<item_id>/scores")
def add_score(item_id: str) -> Response:
    """Take a score of a student, unless a newer one is known."""
    tool = allow(SCORE_SCOPE)
    classroom = this_classroom()
    item = _own_item(tool, item_id)
    values = _load(ScoreSchema(), content_only(SCORE_TYPE))
    person = classroom.course.people.get(values.pop("user_id"))
    if person is None or person.is_instructor:
        deny(400, "userId: only students of the course get scores.")
    score = Score(**values | {"comment": values["comment"] or ""})
    key = (item.id, person.id)
    with classroom.lock:
        known = classroom.scores.get(key)
        if known is not None and known.timestamp >= score.timestamp:
            deny(409, "A score with the same or a later timestamp is known.")
        classroom.scores[key] = score
    return Response(status=200)


@blueprint.get("/<item_id>/results")
def results(item_id: str) -> Response:
    """List what the gradebook shows."""
    tool = allow(RESULT_SCOPE)
    accept_only(RESULTS_TYPE)
    classroom = this_classroom()
    item = _own_item(tool, item_id)
    wanted = request.args.get("user_id")
    found = [
        _result(item, person, score)
        for (column, person), score in list(classroom.scores.items())
        if column == item.id and wanted in (None, person)
    ]
    page, headers = one_page(found)
    response = answer(page, RESULTS_TYPE)
    response.headers.update(headers)
    return response


def shown_points(item: LineItem, score: Score | None) -> float | None:
    """Give the points that the gradebook shows: final ones only, scaled to the column."""
    if score is None or score.given is None or score.maximum is None:
        return None
    if score.grading_progress != "FullyGraded":
        return None
    return score.given / score.maximum * item.score_maximum


def _result(item: LineItem, person_id: str, score: Score) -> dict[str, Any]:
    url = line_item_url(this_classroom(), item.id)
    result = {
        "id": url.replace("?", f"/results/{person_id}?", 1),
        "scoreOf": url,
        "userId": person_id,
        "resultMaximum": item.score_maximum,
        "comment": score.comment,
    }
    points = shown_points(item, score)
    return result if points is None else result | {"resultScore": points}


def _own_item(tool: Tool, item_id: str) -> LineItem:
    item = this_classroom().line_items.get(item_id)
    if item is None or item.client_id != tool.client_id:
        deny(404, "There is no such line item.")
    return item


def _load_line_item(tool: Tool) -> dict[str, Any]:
    values = _load(LineItemSchema(), content_only(LINE_ITEM_TYPE))
    link_id = values["resource_link_id"]
    if link_id is not None:
        link = this_classroom().links.get(link_id)
        if link is None or link.client_id != tool.client_id:
            deny(404, "resourceLinkId: there is no such activity of this tool.")
    return values


def _load(schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    try:
        values: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        deny(400, f"Not valid: {error.messages}")
    return values


def _dump(item: LineItem) -> dict[str, Any]:
    body = LineItemSchema().dump(item)
    body["id"] = line_item_url(this_classroom(), item.id)
    return {name: value for name, value in body.items() if value is not None}
