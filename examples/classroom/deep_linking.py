"""Deep Linking 2.0: the tool's answer becomes activities and columns of the gradebook."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from examples.classroom.grade_schemas import NumberField
from examples.classroom.keys import MessageError, verify
from examples.classroom.session import (
    current_person,
    post_again_with_cookie,
    refuse,
    this_classroom,
)
from examples.classroom.state import LineItem, Selection, Tool
from examples.classroom.vocabulary import CLAIM, DEEP_LINKING

blueprint = Blueprint("deep_linking", __name__)


class _LineItemSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    score_maximum = NumberField(
        required=True,
        data_key="scoreMaximum",
        validate=validate.Range(min=0, min_inclusive=False),
    )
    label = fields.String(load_default=None)
    resource_id = fields.String(data_key="resourceId", load_default=None)
    tag = fields.String(load_default=None)


class ContentItemSchema(Schema):
    """A resource link as a tool proposes it."""

    class Meta:
        """Sizes, icons and extensions have no place in this classroom."""

        unknown = EXCLUDE

    type = fields.String(required=True, validate=validate.Equal("ltiResourceLink"))
    title = fields.String(load_default="")
    text = fields.String(load_default="")
    url = fields.Url(schemes={"http", "https"}, require_tld=False, load_default=None)
    custom = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    line_item = fields.Nested(_LineItemSchema, data_key="lineItem", load_default=None)


@blueprint.post("/lti/deep-link/return/<key>")
def take_answer(key: str) -> ResponseReturnValue:
    """Check the tool's signed answer and put what was chosen into the course."""
    again = post_again_with_cookie()
    if again is not None:
        return again
    classroom = this_classroom()
    person = current_person()
    selection = classroom.selections.get(key)
    if selection is None or selection.expires_at <= classroom.now():
        refuse("This choice was made already, or it took too long. Start it again.")
    if person is None or person != selection.person or not person.is_instructor:
        refuse("This choice belongs to another person.", 403)
    tool = classroom.tool_of(selection.client_id)
    if tool is None:
        refuse("The administrator has not activated this tool.", 403)
    try:
        claims = verify(classroom, tool, request.form.get("JWT", ""), {classroom.config.url})
        items = _read_claims(tool, selection, claims)
    except MessageError as error:
        refuse(f"The tool's answer is refused: {error}.")
    with classroom.lock:
        is_first = classroom.selections.pop(key, None) is not None
    if not is_first:
        refuse("This choice was made already.")
    titles = [_add(tool, item) for item in items]
    return render_template("chosen.html", titles=titles, claims=claims, person=person)


def _read_claims(tool: Tool, selection: Selection, claims: dict[str, Any]) -> list[dict[str, Any]]:
    expected = {
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": "1.3.0",
        f"{CLAIM}deployment_id": tool.deployment_id,
        f"{DEEP_LINKING}data": selection.data,
    }
    for name, value in expected.items():
        if claims.get(name) != value:
            raise MessageError(f"{name} is wrong or missing")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise MessageError("the nonce is missing")
    entries = claims.get(f"{DEEP_LINKING}content_items", [])
    try:
        items: list[dict[str, Any]] = ContentItemSchema(many=True).load(entries)
    except ValidationError as error:
        raise MessageError(f"content_items: {error.messages}") from error
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if not this_classroom().spend(tool.client_id, nonce, expires_at):
        raise MessageError("this nonce was used before")
    return items


def _add(tool: Tool, item: dict[str, Any]) -> str:
    classroom = this_classroom()
    link = classroom.add_link(
        tool, title=item["title"], text=item["text"], url=item["url"], custom=item["custom"]
    )
    column = item["line_item"]
    if column is not None:
        new = LineItem(
            id=classroom.new_id(),
            client_id=tool.client_id,
            label=column["label"] or link.title,
            score_maximum=column["score_maximum"],
            resource_link_id=link.id,
            resource_id=column["resource_id"],
            tag=column["tag"],
        )
        classroom.line_items[new.id] = new
    return link.title
