"""Deep linking: staff put Peerloom into their course, with a gradebook column or without."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lti_tool import lti
from lti_tool.lti.deep_linking import DeepLinkingSettings, ResourceLinkItem, response_token
from lti_tool.store.models import Visit
from lti_tool.web.errors import PageError
from lti_tool.web.forms import Errors, FormError, PlaceForm, read_form
from lti_tool.web.security import allow_form_to
from lti_tool.web.services import services
from lti_tool.web.visits import current_visit, now, staff_only, transaction
from lti_tool.work.platforms import as_registration

blueprint = Blueprint("place", __name__, url_prefix="/visit/<key>")

TAG = "sessions-held"
"""The name by which our gradebook column is found again."""


@blueprint.get("/place")
@staff_only
def show() -> ResponseReturnValue:
    """Ask what to place."""
    settings = _settings(current_visit())
    values = {"title": settings.title or gettext("Meet your partner"), "points": 10}
    return _page(settings, {**values, "gradebook": settings.accept_line_item is not False}, {})


@blueprint.post("/place")
@staff_only
def answer() -> ResponseReturnValue:
    """Sign the answer, once, and show the form that takes it to the platform."""
    visit = current_visit()
    settings = _settings(visit)
    try:
        items = () if request.form.get("cancel") else (_item(),)
    except FormError as error:
        return _page(settings, request.form.to_dict(), error.errors), 422
    registration = visit.membership.context.deployment.registration
    # Before the transaction: the first key is made in a transaction of its own.
    key = services().platforms.signing_keys()[0]
    with transaction() as database:
        open_visit = database.get_one(Visit, visit.key_hash, with_for_update=True)
        settings = _settings(open_visit)
        token = response_token(
            key,
            as_registration(registration),
            deployment_id=visit.membership.context.deployment.deployment_id,
            settings=settings,
            items=items,
            nonce=lti.new_nonce(),
            now=now(),
        )
        open_visit.deep_linking = None
    allow_form_to(settings.return_url)
    return render_template(
        "place_send.html", address=settings.return_url, token=token, is_cancelled=not items
    )


def _settings(visit: Visit) -> DeepLinkingSettings:
    if visit.deep_linking is None:
        raise PageError(
            "already_answered",
            409,
            gettext("This page was used already."),
            gettext("Go back to your course. To add something else, start there again."),
        )
    return DeepLinkingSettings.from_dict(visit.deep_linking)


def _item() -> ResourceLinkItem:
    form = read_form(PlaceForm())
    return ResourceLinkItem(
        url=f"{services().config.url}/lti/launch",
        title=form["title"].strip() or gettext("Meet your partner"),
        text=gettext("Your partner in this course: who, why, and when you meet."),
        score_maximum=form["points"] if form["gradebook"] else None,
        resource_id=TAG,
        tag=TAG,
    )


def _page(settings: DeepLinkingSettings, values: dict[str, Any], errors: Errors) -> str:
    return render_template(
        "place.html",
        values=values,
        errors=errors,
        can_grade=settings.accept_line_item is not False,
    )
