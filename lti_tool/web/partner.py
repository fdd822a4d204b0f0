"""A learner's first page: who, why, when, and what next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session as Database

from lti_tool.store import rounds, sessions
from lti_tool.store.models import Group, Membership, RoundState, Seat, Session, SessionState
from lti_tool.store.rounds import RefusedError, as_member
from lti_tool.web import gradebook
from lti_tool.web.display import zone_of
from lti_tool.web.errors import PageError
from lti_tool.web.forms import Errors, FormError, ProposalForm, read_form, read_local_time
from lti_tool.web.visits import current_visit, db, learner_only, now, transaction, visit_url
from peerloom import Slot, propose_slots

blueprint = Blueprint("partner", __name__, url_prefix="/visit/<key>")

STRONGEST = 4
"""Reasons that a member reads at once."""
LENGTHS = (30, 45, 60, 90, 120)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as one member of its group sees it."""

    session: Session
    is_mine: bool
    """Whether I proposed it."""
    has_accepted: bool
    has_met: bool
    missing: tuple[Membership, ...]
    """Who has still to accept, or, once it is agreed, to say that they met. Without me."""
    is_over: bool


@blueprint.get("/partner")
@learner_only
def show() -> ResponseReturnValue:
    """Show the partner and the next session, or what happens before there is one."""
    return _page()


@blueprint.post("/sessions")
@learner_only
def propose() -> ResponseReturnValue:
    """Propose an offered slot or a time of one's own, also as the answer to a proposal."""
    membership = current_visit().membership
    try:
        form = read_form(ProposalForm())
        starts_at: datetime | None = form["starts_at"]
        if starts_at is None:
            starts_at = _own_time(form, zone_of(membership))
    except FormError as error:
        return _page(errors=error.errors), 422
    chosen = starts_at
    return _change(
        lambda database, own: sessions.propose(
            database,
            own,
            starts_at=chosen,
            minutes=form["minutes"],
            now=now(),
            instead_of=form["instead_of"],
        )
    )


@blueprint.post("/sessions/<int:session_id>/accept")
@learner_only
def accept(session_id: int) -> ResponseReturnValue:
    """Accept a proposed time."""
    return _change(lambda database, own: sessions.accept(database, own, session_id, now=now()))


@blueprint.post("/sessions/<int:session_id>/decline")
@learner_only
def decline(session_id: int) -> ResponseReturnValue:
    """Decline or withdraw a proposal, or cancel an agreed time."""
    return _change(lambda database, own: sessions.decline(database, own, session_id))


@blueprint.post("/sessions/<int:session_id>/met")
@learner_only
def met(session_id: int) -> ResponseReturnValue:
    """Say "we met"; when everybody has, the session counts and the gradebook hears of it."""

    def say_met(database: Database, own: int) -> None:
        if sessions.say_met(database, own, session_id, now=now()):
            gradebook.report(database, database.get_one(Session, session_id), now=now())

    return _change(say_met)


@blueprint.post("/sessions/<int:session_id>/not-met")
@learner_only
def take_back_met(session_id: int) -> ResponseReturnValue:
    """Take back one's own "we met"."""
    return _change(lambda database, own: sessions.take_back_met(database, own, session_id))


def _change(step: Callable[[Database, int], object]) -> ResponseReturnValue:
    own = current_visit().membership.id
    try:
        with transaction() as database:
            step(database, own)
    except RefusedError as refused:
        if refused.code == "session_unknown":
            raise PageError(refused.code, 404, gettext(refused.sentence)) from refused
        return _page(refused=refused), 409
    return redirect(visit_url("partner.show"), 303)


def _own_time(form: dict[str, Any], zone: ZoneInfo) -> datetime:
    chosen = read_local_time(form["local_time"], zone, repeated=form["repeated"])
    if chosen <= now():
        raise FormError({"local_time": [gettext("This time has passed. Choose a later one.")]})
    return chosen


def _page(*, errors: Errors | None = None, refused: RefusedError | None = None) -> str:
    membership = current_visit().membership
    seat = rounds.seat_of(db(), membership.id) if membership.is_active else None
    if seat is None:
        return _waiting(membership)
    group = seat.group
    mates = [one.membership for one in group.seats if one.membership_id != membership.id]
    present = [mate for mate in mates if mate.is_peer]
    held = _meetings(group, membership)
    coming = next((one for one in held if sessions.is_coming(one.session, now())), None)
    length = int(group.round.policy.get("session_minutes", 60))
    return render_template(
        "partner.html",
        membership=membership,
        group=group,
        mates=mates,
        present=present,
        reasons=sorted(group.reasons, key=lambda reason: -reason["points"])[:STRONGEST],
        coming=coming,
        open_ends=[one for one in held if one.is_over and one.session.state is SessionState.AGREED],
        earlier=[one for one in held if one.session.state is SessionState.HELD],
        expected=gradebook.expected_sessions(group.round),
        slots=_slots(group, length) if len(present) else (),
        length=length,
        lengths=sorted({*LENGTHS, length}),
        zone=zone_of(membership),
        zone_of=zone_of,
        errors=errors or {},
        refused=refused,
        posted=request.form,
        posted_minutes=request.form.get("minutes", length, type=int),
        States=SessionState,
    )


def _waiting(membership: Membership) -> str:
    published = rounds.open_round(db(), membership.context_id, RoundState.PUBLISHED)
    told = membership.profile
    if membership.is_test_user:
        why = "test"
    elif told is not None and as_member(membership).is_paused:
        why = "paused"
    else:
        why = "late" if published is not None else "early"
    return render_template("waiting.html", why=why, has_told=told is not None)


def _slots(group: Group, minutes: int) -> Sequence[Slot]:
    here = [seat.membership for seat in group.seats if seat.membership.is_peer]
    return propose_slots([as_member(one) for one in here], start=now(), minutes=minutes)


def _meetings(group: Group, me: Membership) -> list[Meeting]:
    here = [seat for seat in group.seats if seat.membership.is_peer]
    return [
        _meeting(session, me, here)
        for session in sessions.sessions_of(db(), group.id)
        if session.state is not SessionState.CANCELLED
    ]


def _meeting(session: Session, me: Membership, here: Sequence[Seat]) -> Meeting:
    accepted = {answer.membership_id for answer in session.answers if answer.accepted_at}
    met_by = {answer.membership_id for answer in session.answers if answer.met_at}
    done = accepted if session.state is SessionState.PROPOSED else met_by
    return Meeting(
        session=session,
        is_mine=session.proposed_by_id == me.id,
        has_accepted=me.id in accepted,
        has_met=me.id in met_by,
        missing=tuple(
            seat.membership
            for seat in here
            if seat.membership_id not in done and seat.membership_id != me.id
        ),
        is_over=not sessions.is_coming(session, now()),
    )
