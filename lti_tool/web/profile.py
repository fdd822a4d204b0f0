"""What learners tell us about themselves. Staff never see the answers, only what reasons say."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from marshmallow import ValidationError

from lti_tool.store.models import Membership
from lti_tool.store.rounds import as_member, member_id
from lti_tool.web.availability_boxes import boxes_of, rest_of, ticked
from lti_tool.web.forms import Errors, FormError, ProfileForm, read_form, zones
from lti_tool.web.visits import current_visit, learner_only, transaction, visit_url
from peerloom import Availability, Member
from peerloom.errors import AvailabilityError, UnknownZoneError
from peerloom.schemas import MemberSchema

blueprint = Blueprint("profile", __name__, url_prefix="/visit/<key>")

LEVELS = (
    (1, lazy_gettext("I am just starting")),
    (2, lazy_gettext("I know the basics")),
    (3, lazy_gettext("I get things done")),
    (4, lazy_gettext("I am at home in it")),
    (5, lazy_gettext("I could teach it")),
)
OFTEN = (
    ("Mon-Fri 12:00-13:00", lazy_gettext("Weekdays at lunch, 12–13")),
    ("Mon-Fri 18:00-21:00", lazy_gettext("Weekday evenings, 18–21")),
    ("Sat-Sun 10:00-13:00", lazy_gettext("Weekend mornings, 10–13")),
    ("Sat-Sun 14:00-18:00", lazy_gettext("Weekend afternoons, 14–18")),
)
_KEPT = ("level", "teach", "learn", "topics", "timezone", "availability", "is_paused")
"""The part of a member that is their profile; id and name are the platform's."""


@blueprint.get("/profile")
@learner_only
def show() -> ResponseReturnValue:
    """Show the form with what we know."""
    membership = current_visit().membership
    return _page(_values_of(membership), {}, is_saved="saved" in request.args)


@blueprint.post("/profile")
@learner_only
def save() -> ResponseReturnValue:
    """Keep what was posted, or show everything that is wrong with it, and the form as it was."""
    own = current_visit().membership.id
    try:
        member = _read_member(own)
    except FormError as error:
        return _page(_posted_values(), error.errors), 422
    dumped = MemberSchema().dump(member)
    with transaction() as session:
        membership = session.get_one(Membership, own)
        membership.profile = {key: dumped[key] for key in _KEPT}
    return redirect(visit_url("profile.show", saved=1), 303)


def _read_member(own: int) -> Member:
    errors: Errors = {}
    try:
        form = read_form(ProfileForm())
    except FormError as error:
        # The fields that need the SDK are checked all the same: all messages come at once.
        form, errors = {}, error.errors
    availability = Availability()
    written = form.get("availability", request.form.get("availability", ""))
    try:
        availability = Availability.parse(written)
    except AvailabilityError as error:
        message = gettext(
            "We cannot read “%(piece)s”. Write a day and two times, like Mon 18:30-20:00.",
            piece="”, “".join(error.pieces),
        )
        errors.setdefault("availability", []).append(message)
    timezone = form.get("timezone", request.form.get("timezone", "")).strip() or "UTC"
    try:
        Member(id="anybody", timezone=timezone)
    except UnknownZoneError as error:
        errors.setdefault("timezone", []).append(_unknown_zone(error))
    if errors:
        raise FormError(errors)
    boxes = ticked([*form["free"], *form["often"]])
    told = {
        "level": form["level"],
        "teach": form["teach"],
        "learn": form["learn"],
        "topics": form["topics"],
        "timezone": timezone,
        "availability": str(Availability(availability.slots + boxes.slots)),
        "is_paused": form["paused"],
    }
    try:
        member: Member = MemberSchema().load({**told, "id": member_id(own)})
    except ValidationError as error:
        message = gettext("This cannot be kept. Make it shorter, and leave out special characters.")
        raise FormError({field: [message] for field in error.messages_dict}) from error
    return member


def _unknown_zone(error: UnknownZoneError) -> str:
    if error.suggestions:
        found = error.suggestions[0]
        return str(gettext("We do not know this time zone. Do you mean %(zone)s?", zone=found))
    return str(gettext("We do not know this time zone. Choose one from the list."))


def _values_of(membership: Membership) -> dict[str, Any]:
    member = as_member(membership)
    return {
        "level": member.level,
        "teach": ", ".join(member.teach),
        "learn": ", ".join(member.learn),
        "topics": ", ".join(member.topics),
        "timezone": member.timezone if membership.profile else "",
        "availability": rest_of(member.availability),
        "days": boxes_of(member.availability),
        "has_times": bool(member.availability),
        "often": (),
        "paused": member.is_paused,
    }


def _posted_values() -> dict[str, Any]:
    form = request.form
    try:
        chosen = ticked(form.getlist("free"))
    except AvailabilityError:
        chosen = Availability()
    level = form.get("level", "")
    return {
        "level": int(level) if level in {"1", "2", "3", "4", "5"} else None,
        "teach": form.get("teach", ""),
        "learn": form.get("learn", ""),
        "topics": form.get("topics", ""),
        "timezone": form.get("timezone", ""),
        "availability": form.get("availability", ""),
        "days": boxes_of(chosen),
        "has_times": True,
        "often": form.getlist("often"),
        "paused": bool(form.get("paused")),
    }


def _page(values: dict[str, Any], errors: Errors, *, is_saved: bool = False) -> str:
    areas = zones()
    known = {name for names in areas.values() for name in names} | {"", "UTC"}
    return render_template(
        "profile.html",
        values=values,
        errors=errors,
        is_saved=is_saved,
        is_new=current_visit().membership.profile is None,
        levels=LEVELS,
        often=OFTEN,
        areas=areas,
        other_zone="" if values["timezone"] in known else values["timezone"],
    )
