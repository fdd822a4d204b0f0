"""Rounds of one course: drafted, published, closed. Every function is one step of a transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import selectinload

from lti_tool.store.groups import section
from lti_tool.store.models import (
    Context,
    Group,
    Membership,
    Role,
    Round,
    RoundState,
    Seat,
    Session,
    SessionAnswer,
)
from peerloom import History, Member, PastGroup, Reason
from peerloom.fields import MAX_TEXT
from peerloom.schemas import MemberSchema

_MEMBER_ID = re.compile(r"member-(\d+)")
# What a column of whole numbers holds in PostgreSQL. Asked for more, the drivers fail.
_LARGEST = 2**31 - 1


class RefusedError(Exception):
    """A step that the present state does not allow.

    Parameters
    ----------
    code
        Stable name of the reason, for logs and tests.
    sentence
        What the person is told. It is a message id: pages translate it.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def member_id(membership_id: int) -> str:
    """Return the id by which the pairing knows a membership.

    It also stands where a reason would name the person: stored reasons hold no names, so that a
    page shows the name of today, or none.
    """
    return f"member-{membership_id}"


def membership_id(member_id: str) -> int:
    """Return the membership of a pairing's member id.

    Raises
    ------
    ValueError
        For an id that `member_id` did not make.
    """
    found = _MEMBER_ID.fullmatch(member_id)
    if found is None:
        raise ValueError("not a member id of this tool")
    return int(found[1])


def as_member(membership: Membership) -> Member:
    """Return a membership as the pairing sees it: without a name, with what the person told us.

    Their section is what the platform says of them, not what anybody typed.
    """
    told = {
        **(membership.profile or {}),
        "id": member_id(membership.id),
        "section": section(membership)[:MAX_TEXT],
    }
    member: Member = MemberSchema().load(told)
    return member


def stored_reason(reason: Reason) -> dict[str, Any]:
    """Return a reason as the database keeps it: its template and values, not a sentence."""
    return {
        "code": reason.code,
        "template": reason.template,
        "values": dict(reason.values),
        "points": reason.points,
    }


def learners(database: Database, context_id: int) -> Sequence[Membership]:
    """Return everybody who can be paired in a course: active learners, no test users."""
    return database.scalars(
        select(Membership)
        .where(
            Membership.context_id == context_id,
            Membership.role == Role.LEARNER,
            Membership.is_active,
            ~Membership.is_test_user,
        )
        .order_by(Membership.id)
    ).all()


def open_round(database: Database, context_id: int, state: RoundState) -> Round | None:
    """Return the draft or the published round of a course, with groups and people loaded."""
    return database.scalars(_rounds(context_id).where(Round.state == state)).one_or_none()


def round_by_number(database: Database, context_id: int, number: int) -> Round | None:
    """Return one round of a course, with groups and people loaded."""
    if number > _LARGEST:
        return None
    return database.scalars(_rounds(context_id).where(Round.number == number)).one_or_none()


def closed_rounds(database: Database, context_id: int) -> Sequence[Round]:
    """Return the rounds of a course that are over, the newest first."""
    return database.scalars(
        select(Round)
        .where(Round.context_id == context_id, Round.state == RoundState.CLOSED)
        .order_by(Round.number.desc())
    ).all()


def seat_of(database: Database, membership_id: int) -> Seat | None:
    """Return where a member sits in the published round, or None."""
    return database.scalars(
        select(Seat)
        .join(Seat.group)
        .join(Group.round)
        .where(Seat.membership_id == membership_id, Round.state == RoundState.PUBLISHED)
    ).one_or_none()


def history(database: Database, context_id: int, *, before: int | None = None) -> History:
    """Return the groups of all rounds that were ever published, by member id.

    A group of a round that is over has met if anybody in it said so of a session. If nobody in the
    whole round did, the course does not record sessions here: then its groups count as met. So do
    those of the present round, which is not over.

    Parameters
    ----------
    before
        Only rounds with a smaller number.
    """
    query = (
        select(Round)
        .where(Round.context_id == context_id, Round.state != RoundState.DRAFT)
        .order_by(Round.number)
        .options(selectinload(Round.groups).selectinload(Group.seats))
    )
    if before is not None:
        query = query.where(Round.number < before)
    said_so = set(
        database.scalars(
            select(Session.group_id)
            .join(Session.group)
            .join(Group.round)
            .join(Session.answers)
            .where(Round.context_id == context_id, SessionAnswer.met_at.is_not(None))
        )
    )
    return History(tuple(_past_groups(one, said_so) for one in database.scalars(query)))


def _past_groups(one: Round, said_so: Set[int]) -> tuple[PastGroup, ...]:
    is_over = one.state is RoundState.CLOSED
    has_records = any(group.id in said_so for group in one.groups)
    return tuple(
        PastGroup(
            frozenset(member_id(seat.membership_id) for seat in group.seats),
            met=group.id in said_so or not (is_over and has_records),
        )
        for group in one.groups
    )


def draft_token(draft: Round) -> str:
    """Return what a page must show to publish exactly the draft that a person looked at.

    The id alone does not do: SQLite gives the id of a deleted row to the next one.
    """
    return f"{draft.id}-{draft.seed}-{int(draft.created_at.timestamp() * 1_000_000)}"


def draft_round(
    database: Database,
    context_id: int,
    *,
    groups: Sequence[GroupDraft],
    policy: Mapping[str, Any],
    seed: int,
    week: date,
    certificate: Mapping[str, Any],
    now: datetime,
) -> Round:
    """Write a draft, in the place of an older one.

    Raises
    ------
    RefusedError
        ``members_left`` when somebody in the groups is no learner of the course any more.
    """
    _lock(database, context_id)
    present = {membership.id for membership in learners(database, context_id)}
    seated = [membership_id(member) for group in groups for member in group.members]
    if not present.issuperset(seated):
        raise _members_left()
    old = open_round(database, context_id, RoundState.DRAFT)
    if old is not None:
        database.delete(old)
        database.flush()
    last = database.scalar(select(func.max(Round.number)).where(Round.context_id == context_id))
    draft = Round(
        context_id=context_id,
        number=(last or 0) + 1,
        state=RoundState.DRAFT,
        policy=dict(policy),
        seed=seed,
        week=week,
        certificate=dict(certificate),
        created_at=now,
        groups=[group.row(position) for position, group in enumerate(groups)],
    )
    database.add(draft)
    database.flush()
    return draft


class GroupDraft:
    """One group on its way into the database.

    Parameters
    ----------
    members
        Member ids.
    score, common_minutes
        As in `peerloom.Group`.
    reasons
        As `stored_reason` writes them.
    """

    def __init__(
        self,
        members: Sequence[str],
        *,
        score: int,
        common_minutes: int,
        reasons: Sequence[Mapping[str, Any]],
    ) -> None:
        self.members = tuple(members)
        self.score = score
        self.common_minutes = common_minutes
        self.reasons = [dict(reason) for reason in reasons]

    def row(self, position: int) -> Group:
        """Return the rows of the group and its seats."""
        return Group(
            position=position,
            score=self.score,
            common_minutes=self.common_minutes,
            reasons=self.reasons,
            seats=[
                Seat(membership_id=membership_id(member), position=place)
                for place, member in enumerate(self.members)
            ],
        )


def publish_round(
    database: Database, context_id: int, number: int, *, token: str, now: datetime
) -> Round:
    """Publish the draft that `token` names and close the round before it.

    Publishing the same draft again changes nothing.

    Raises
    ------
    RefusedError
        ``round_unknown``, ``draft_changed`` or ``members_left``.
    """
    _lock(database, context_id)
    draft = _drafted(database, context_id, number, token)
    if draft.state is RoundState.PUBLISHED:
        return draft
    present = {membership.id for membership in learners(database, context_id)}
    if not present.issuperset(seat.membership_id for group in draft.groups for seat in group.seats):
        raise _members_left()
    old = open_round(database, context_id, RoundState.PUBLISHED)
    if old is not None:
        old.state = RoundState.CLOSED
        # The index allows one published round: the old one must be closed first.
        database.flush()
    draft.state = RoundState.PUBLISHED
    draft.published_at = now
    database.flush()
    return draft


def discard_round(database: Database, context_id: int, number: int, *, token: str) -> None:
    """Delete the draft that `token` names.

    Raises
    ------
    RefusedError
        ``round_unknown``, ``draft_changed``, or ``already_published``.
    """
    _lock(database, context_id)
    draft = _drafted(database, context_id, number, token)
    if draft.state is not RoundState.DRAFT:
        raise RefusedError(
            "already_published", "This round is published. It can no longer be discarded."
        )
    database.delete(draft)
    database.flush()


def _rounds(context_id: int) -> Any:
    seats = selectinload(Round.groups).selectinload(Group.seats)
    return (
        select(Round)
        .where(Round.context_id == context_id)
        .options(seats.selectinload(Seat.membership))
        .execution_options(populate_existing=True)
    )


def _lock(database: Database, context_id: int) -> None:
    """Let one change of a course's rounds wait for the other.

    PostgreSQL locks the row; SQLite has no row locks and runs writing transactions one by one.
    """
    database.execute(select(Context.id).where(Context.id == context_id).with_for_update())


def _drafted(database: Database, context_id: int, number: int, token: str) -> Round:
    found = round_by_number(database, context_id, number)
    if found is None:
        raise RefusedError("round_unknown", "This draft is gone. Somebody may have discarded it.")
    if draft_token(found) != token or found.state is RoundState.CLOSED:
        raise RefusedError(
            "draft_changed",
            "Somebody made another draft meanwhile. Look at it before you publish.",
        )
    return found


def _members_left() -> RefusedError:
    return RefusedError(
        "members_left",
        "Somebody in these groups has left the course meanwhile. Pair again, please.",
    )
