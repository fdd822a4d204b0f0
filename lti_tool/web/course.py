"""The course page of staff: how the pairs are doing, and the rounds from draft to publication."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from lti_tool.store import rounds
from lti_tool.store.columns import find_column
from lti_tool.store.jobs import enqueue_roster
from lti_tool.store.models import Context, Membership, Round, RoundState
from lti_tool.store.rounds import GroupDraft, RefusedError
from lti_tool.web import display, gradebook, overview
from lti_tool.web.errors import PageError
from lti_tool.web.visits import current_visit, db, now, staff_only, transaction, visit_url
from peerloom import FULL_SCORE, PRESETS, Pairing, pair
from peerloom.schemas import PolicySchema

blueprint = Blueprint("course", __name__, url_prefix="/visit/<key>")
blueprint.record_once(display.register)

PRESET_NAMES = {
    "bootcamp": lazy_gettext("Bootcamp"),
    "meetup": lazy_gettext("Meetup"),
    "career": lazy_gettext("Career"),
}


@blueprint.get("/course")
@staff_only
def show() -> ResponseReturnValue:
    """Show how the pairs are doing."""
    return _course_page()


@blueprint.post("/roster")
@staff_only
def read_roster() -> ResponseReturnValue:
    """Ask for the people of the course again."""
    context_id = _context().id
    with transaction() as database:
        context = database.get_one(Context, context_id)
        if context.memberships_url is not None:
            enqueue_roster(database, context, now())
    return redirect(visit_url("course.show"), 303)


@blueprint.post("/rounds")
@staff_only
def draft() -> ResponseReturnValue:
    """Pair everybody who takes part and show the draft; an older draft gives way."""
    preset = request.form.get("preset", "")
    if preset not in PRESETS:
        return _course_page(error=gettext("Choose what your course is like.")), 422
    context_id = _context().id
    people = rounds.learners(db(), context_id)
    pairing = pair(
        [rounds.as_member(person) for person in people],
        policy=preset,
        history=rounds.history(db(), context_id),
        seed=_seed(),
        week=now().date(),
    )
    if not pairing.groups:
        return _course_page(error=gettext("It takes at least two learners to make a pair.")), 422
    # Pairing takes its time, so it ends before the transaction begins.
    groups = _group_drafts(pairing)
    try:
        with transaction() as database:
            number = rounds.draft_round(
                database,
                context_id,
                groups=groups,
                policy=_policy_of(pairing),
                seed=pairing.seed,
                week=pairing.week,
                certificate=pairing.certificate().to_dict(),
                now=now(),
            ).number
    except RefusedError as refused:
        return _course_page(refused=refused), 409
    return redirect(visit_url("course.show_round", number=number), 303)


@blueprint.get("/rounds/<int:number>")
@staff_only
def show_round(number: int) -> ResponseReturnValue:
    """Show the groups of a round with their reasons, and what is proven about it."""
    return _round_page(number)


@blueprint.post("/rounds/<int:number>/publish")
@staff_only
def publish(number: int) -> ResponseReturnValue:
    """Publish the draft that the person looked at."""
    context_id, token = _context().id, request.form.get("draft", "")
    try:
        with transaction() as database:
            rounds.publish_round(database, context_id, number, token=token, now=now())
    except RefusedError as refused:
        return _refused(number, refused)
    return redirect(visit_url("course.show"), 303)


@blueprint.post("/rounds/<int:number>/discard")
@staff_only
def discard(number: int) -> ResponseReturnValue:
    """Throw the draft away that the person looked at."""
    context_id, token = _context().id, request.form.get("draft", "")
    try:
        with transaction() as database:
            rounds.discard_round(database, context_id, number, token=token)
    except RefusedError as refused:
        return _refused(number, refused)
    return redirect(visit_url("course.show"), 303)


def _context() -> Context:
    return current_visit().membership.context


def _seed() -> int:
    seed = request.form.get("seed", "0")
    return int(seed) if seed.isascii() and seed.isdecimal() and len(seed) < 10 else 0


def _policy_of(pairing: Pairing) -> dict[str, Any]:
    dumped: dict[str, Any] = PolicySchema().dump(pairing.policy)
    return {**dumped, "sessions_per_round": pairing.policy.sessions_per_round}


def _group_drafts(pairing: Pairing) -> list[GroupDraft]:
    return [
        GroupDraft(
            group.members,
            score=group.score,
            common_minutes=group.common_minutes,
            reasons=[rounds.stored_reason(reason) for reason in pairing.explain(group)],
        )
        for group in pairing.groups
    ]


def _refused(number: int, refused: RefusedError) -> ResponseReturnValue:
    if rounds.round_by_number(db(), _context().id, number) is None:
        return _course_page(refused=refused), 409
    return _round_page(number, refused=refused), 409


def _page_number() -> int:
    return request.args.get("page", 1, type=int)


def _course_page(*, error: str = "", refused: RefusedError | None = None) -> str:
    context, moment = _context(), now()
    roster = overview.roster_view(db(), context, moment)
    published = rounds.open_round(db(), context.id, RoundState.PUBLISHED)
    views = overview.group_views(db(), published, moment) if published is not None else []
    paused, late = overview.not_in_a_group(published, roster) if published else ((), ())
    return render_template(
        "course.html",
        context=context,
        roster=roster,
        now=moment,
        taking_part=len(roster.learners) - len(roster.paused),
        published=published,
        draft=rounds.open_round(db(), context.id, RoundState.DRAFT),
        closed=rounds.closed_rounds(db(), context.id),
        groups=overview.page_of(views, _page_number()),
        counts={state: sum(one.progress is state for one in views) for state in overview.Progress},
        look=sum(one.needs_a_look for one in views),
        held=sum(one.held for one in views),
        met_once=sum(one.held > 0 for one in views),
        paused=paused,
        late=late,
        expected=gradebook.expected_sessions(published) if published is not None else 0,
        has_column=find_column(db(), context) is not None,
        presets=_presets(),
        chosen=request.form.get("preset") or _last_preset(published),
        error=error,
        refused=refused,
        zone=overview.zone_of_course(roster),
        Progress=overview.Progress,
    )


def _round_page(number: int, *, refused: RefusedError | None = None) -> str:
    context = _context()
    one = rounds.round_by_number(db(), context.id, number)
    if one is None:
        raise PageError(
            "round_unknown",
            404,
            gettext("There is no such round in this course."),
            gettext("Go back to the page with your pairs."),
        )
    groups = overview.to_look_at(one.groups)
    return render_template(
        "round.html",
        one=one,
        is_draft=one.state is RoundState.DRAFT,
        draft_token=rounds.draft_token(one),
        groups=overview.page_of(groups, _page_number()),
        look=sum(map(overview.deserves_a_look, groups)),
        people=display.people_of(one.groups),
        sentences=overview.sentences(one.certificate),
        bars=overview.score_bars(one.groups, FULL_SCORE),
        share=_share(one),
        gap=_gap(one),
        full=FULL_SCORE,
        late=_joined_since(one),
        presets=_presets(),
        preset_names=PRESET_NAMES,
        refused=refused,
        common_hour=overview.COMMON_HOUR,
        has_met_before=overview.has_met_before,
    )


def _joined_since(one: Round) -> Sequence[Membership]:
    seated = {seat.membership_id for group in one.groups for seat in group.seats}
    return [
        person
        for person in rounds.learners(db(), one.context_id)
        if person.id not in seated and not (person.profile or {}).get("is_paused")
    ]


def _share(one: Round) -> float:
    """Return which part of the proven limit the round reaches."""
    bound = int(one.certificate.get("upper_bound", 0))
    return int(one.certificate.get("score", 0)) / bound if bound else 1.0


def _gap(one: Round) -> Fraction:
    """Return which part of the proven limit is missing, rounded up to a hundredth of a per cent."""
    bound, score = (int(one.certificate.get(name, 0)) for name in ("upper_bound", "score"))
    return Fraction(ceil(Fraction((bound - score) * 10_000, bound or 1)), 10_000)


def _presets() -> list[tuple[str, str, str]]:
    return [
        (name, str(PRESET_NAMES.get(name, name.title())), gettext(policy.description))
        for name, policy in PRESETS.items()
    ]


def _last_preset(published: Round | None) -> str:
    return str(published.policy.get("name", "bootcamp")) if published else "bootcamp"
