"""Deep linking: staff put Peerloom into their course, with a gradebook column or without.

What can be placed is a list, `KINDS`: a new kind is one entry there, and a page that the visit
leads to (`lti_tool.web.visits.home`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from lti_tool import lti
from lti_tool.lti.deep_linking import DeepLinkingSettings, ResourceLinkItem, response_token
from lti_tool.platforms import KIND, POINTS
from lti_tool.store.columns import NAME
from lti_tool.store.models import Visit
from lti_tool.web.errors import PageError
from lti_tool.web.forms import Errors, FormError, PlaceForm, read_form
from lti_tool.web.security import allow_form_to
from lti_tool.web.services import services
from lti_tool.web.visits import current_visit, now, staff_only, transaction
from lti_tool.work.platforms import as_registration, dialect_of

blueprint = Blueprint("place", __name__, url_prefix="/visit/<key>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something that staff may place in their course.

    Parameters
    ----------
    key
        What every launch of the link brings back as `KIND`.
    title, text
        What the course shows; the title can be changed.
    has_column
        Whether a column of the gradebook may belong to it.
    """

    key: str
    title: LazyString
    text: LazyString | str = ""
    has_column: bool = False


KINDS = (
    Kind(
        key="home",
        title=lazy_gettext("Meet your partner"),
        text=lazy_gettext("Your partner in this course: who, why, and when you meet."),
        has_column=True,
    ),
    Kind(key="overview", title=lazy_gettext("How your pairs are doing")),
)


@blueprint.get("/place")
@staff_only
def show() -> ResponseReturnValue:
    """Ask what to place."""
    settings = _settings(current_visit())
    values = {"title": settings.title or str(KINDS[0].title), "points": 10, "kind": KINDS[0].key}
    return _page(settings, {**values, "gradebook": settings.accept_line_item is not False}, {})


@blueprint.post("/place")
@staff_only
def answer() -> ResponseReturnValue:
    """Sign the answer, once, and show the form that takes it to the platform."""
    visit = current_visit()
    settings = _settings(visit)
    try:
        items = () if request.form.get("cancel") else (_item(visit),)
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


def _item(visit: Visit) -> ResourceLinkItem:
    form = read_form(PlaceForm())
    kind = next((one for one in KINDS if one.key == request.form.get("kind")), KINDS[0])
    points = form["points"] if form["gradebook"] and kind.has_column else None
    dialect = dialect_of(visit.membership.context.deployment.registration)
    # Not every platform makes the column: then the first launch says that one was asked for.
    wish = {} if points is None else {POINTS: str(points)}
    return ResourceLinkItem(
        url=f"{services().config.url}/lti/launch",
        title=_title(form["title"].strip(), kind),
        text=str(kind.text),
        custom={KIND: kind.key, **wish, **dialect.variables},
        score_maximum=points,
        resource_id=NAME,
        tag=NAME,
    )


def _title(typed: str, kind: Kind) -> str:
    """Give the title: what was typed, unless it is what the form suggested for another kind."""
    is_suggested = any(typed == str(one.title) for one in KINDS)
    return str(kind.title) if is_suggested or not typed else typed


def _page(settings: DeepLinkingSettings, values: dict[str, Any], errors: Errors) -> str:
    return render_template(
        "place.html",
        values=values,
        errors=errors,
        can_grade=settings.accept_line_item is not False,
        kinds=KINDS,
    )
