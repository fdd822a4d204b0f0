"""When a group met, and that a nudge and health never tell two stories of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.health_plan import GroupRecords, HealthPlan, HealthRule
from peerloom.mentoring.health_rules import findings
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule, Situation
from peerloom.mentoring.nudge_rules import occasions
from peerloom.mentoring.sessions import Confirmation, Session, SessionState

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAIR = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW - 90 * DAY)


@st.composite
def sessions(draw):
    made = []
    for number, days in enumerate(draw(st.lists(st.integers(0, 80), max_size=4))):
        state = draw(st.sampled_from(["held", "planned", "not_held", "cancelled"]))
        ends_at = NOW - days * DAY - timedelta(hours=1)
        words = draw(
            st.lists(
                st.tuples(st.sampled_from(["ada", "bo"]), st.booleans()),
                max_size=2,
                unique_by=lambda one: one[0],
            )
        )
        made.append(
            Session(
                id=str(number),
                group="g",
                members=PAIR.members,
                starts_at=ends_at - timedelta(hours=1),
                minutes=60,
                state=state,
                proposed_by="ada",
                proposed_at=ends_at - 2 * DAY,
                changed_at=ends_at,
                confirmations=tuple(
                    Confirmation(member=member, at=ends_at, met=met)
                    for member, met in words
                    if state == "planned"
                ),
            )
        )
    return made


def last_by_hand(made):
    """Give the day of the last meeting, worked out without what is tested; None for none."""
    days = [
        one.ends_at
        for one in made
        if one.state is SessionState.HELD
        or (
            one.state is SessionState.PLANNED
            and (NOW - one.ends_at < 7 * DAY or any(word.met for word in one.confirmations))
        )
    ]
    return max(days, default=None)


@given(sessions())
def test_nudges_and_health_tell_the_same_story(made):
    last = last_by_hand(made)
    nudge = next(
        (
            one.reason
            for one in occasions(
                Situation(member="ada", now=NOW, group=PAIR, sessions=made),
                NudgePlan(days_without_session=11),
            )
            if one.rule is NudgeRule.NO_SESSION
        ),
        None,
    )
    quiet = NOW - (last or PAIR.published_at)
    assert (nudge is not None) == (quiet >= 11 * DAY)
    if nudge is not None:
        assert nudge.values == {"days": quiet.days}
        assert (nudge.code == "nudge_no_session") == (last is not None)
    found = findings(
        GroupRecords(group=PAIR, now=NOW, sessions=made), HealthPlan(days_without_session=11)
    )
    for one in found:
        if one.rule is HealthRule.NO_SESSION:
            assert one.reason.values == {"days": quiet.days}
            assert ("have not met yet" in str(one.reason)) == (last is None)
