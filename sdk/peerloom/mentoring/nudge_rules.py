"""The rules of nudges: each looks at the situation of one member and says whether there is reason.

A rule gives an occasion, which has a key of its own. The same occasion comes up only once, however
often the rules are run; where reminding twice is right, it has two keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from peerloom.mentoring.checkins import Fit, newest_fit
from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.meetings import met_at
from peerloom.mentoring.moments import end_of_day
from peerloom.mentoring.moods import mood_trend, support
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule, Situation
from peerloom.mentoring.pace import pace
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.session_outcomes import awaits_word_of
from peerloom.mentoring.sessions import SessionState
from peerloom.mentoring.switches import own_ask
from peerloom.reasons import N_, Reason
from peerloom.zones import zone

SUPPORT_AGAIN = timedelta(days=28)
"""Where a mood stays low, kind words come again after this time."""

_ANSWER_AGAIN = timedelta(days=3)
_JUST_NOW = timedelta(days=1)
_HELD_OR_SO = frozenset({SessionState.HELD, SessionState.PLANNED})
_OVER = frozenset({SessionState.HELD, SessionState.NOT_HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A reason to nudge one member. Only that member may read it.

    Parameters
    ----------
    rule
        Which rule found it.
    key
        What tells it from every other occasion of the rule. An occasion of a whole group has the
        same key for each of its members.
    about
        The id of the goal, session, check-in or group that it is about.
    since
        From when on there was reason; aware, in UTC.
    reason
        What to say, in one sentence.
    more
        Further sentences.
    """

    rule: NudgeRule = field(repr=False)
    key: str = field(repr=False)
    about: str = field(repr=False)
    since: datetime
    reason: Reason = field(repr=False)
    more: tuple[Reason, ...] = field(default=(), repr=False)


def occasions(situation: Situation, plan: NudgePlan | None = None) -> tuple[Occasion, ...]:
    """Find all that somebody could be nudged about now, the most urgent first.

    Parameters
    ----------
    situation
        Of one member.
    plan
        When nudges are due; None for the plan of weekly groups.

    Returns
    -------
    tuple of Occasion
        In the order of `NudgeRule`, then the oldest first. O(n) for n objects of the situation.

    Examples
    --------
    >>> from datetime import UTC, date
    >>> now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> goal = Goal(
    ...     id="7", member="ada", due=date(2026, 11, 25), set_at=datetime(2026, 11, 1, tzinfo=UTC)
    ... )
    >>> for occasion in occasions(Situation(member="ada", now=now, goals=[goal])):
    ...     print(occasion.key, occasion.reason)
    7:2026-11-25:soon A goal is due on 2026-11-25. What is the next small step?
    """
    return tuple(each_occasion(situation, NudgePlan() if plan is None else plan))


def each_occasion(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    """Give the occasions one by one: who needs only the first asks no rule after it."""
    for rule in plan.rules:
        yield from sorted(_RULES[rule](situation, plan), key=lambda one: (one.since, one.key))


def _support(situation: Situation, _: NudgePlan) -> Iterator[Occasion]:
    trend = mood_trend(situation.check_ins, situation.member, now=situation.now)
    if trend.since is None:
        return
    first, *more = support(trend, situation.help_link)
    times = (situation.now - trend.since) // SUPPORT_AGAIN
    yield Occasion(
        rule=NudgeRule.SUPPORT,
        key=f"{situation.member}:{trend.since.isoformat()}:{times}",
        about=situation.member,
        since=trend.since,
        reason=first,
        more=tuple(more),
    )


def _proposal_waiting(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    for session in situation.sessions:
        if session.state is not SessionState.PROPOSED or session.starts_at <= situation.now:
            continue
        if any(answer.member == situation.member for answer in session.answers):
            continue
        asked_at = session.proposed_at
        patience = min(timedelta(hours=plan.proposal_hours), (session.starts_at - asked_at) / 2)
        if situation.now - asked_at < patience:
            continue
        times = min((situation.now - asked_at) // _ANSWER_AGAIN, 1)
        day, clock = _local(session.starts_at, situation.timezone)
        yield Occasion(
            rule=NudgeRule.PROPOSAL_WAITING,
            key=f"{session.id}:{asked_at.isoformat()}:{situation.member}:{times}",
            about=session.id,
            since=asked_at + patience,
            reason=Reason(
                code="nudge_proposal_waiting",
                template=N_(
                    "A session is proposed for {day} at {time}: say whether the time works for you."
                ),
                values={"day": day, "time": clock},
            ),
        )


def _goal_due(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    today = situation.now.astimezone(zone(situation.timezone)).date()
    for goal in situation.goals:
        if not goal.is_open or goal.due is None or not _is_own(goal, situation):
            continue
        days = (goal.due - today).days
        if not -plan.overdue_days <= days <= plan.due_days or _was_touched(goal, situation.now):
            continue
        stage = "soon" if days >= 0 else "over"
        ends_at = end_of_day(goal.due, [situation.timezone])
        reasons = {
            "soon": N_("A goal is due on {due}. What is the next small step?"),
            "over": N_("A goal was due on {due}. Close it, give it a new day, or let it go."),
        }
        progress = pace(goal, situation.now, [situation.timezone])
        has_numbers = progress.share is not None
        yield Occasion(
            rule=NudgeRule.GOAL_DUE,
            key=f"{goal.id}:{goal.due.isoformat()}:{stage}",
            about=goal.id,
            since=ends_at - timedelta(days=plan.due_days + 1) if stage == "soon" else ends_at,
            reason=Reason(
                code=f"nudge_goal_{stage}",
                template=reasons[stage],
                values={"due": goal.due.isoformat()},
            ),
            more=(progress.reason,) if has_numbers else (),
        )


def _goal_met(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    for goal, moment in _just_met(situation, plan):
        if _is_own(goal, situation):
            yield Occasion(
                rule=NudgeRule.GOAL_MET,
                key=f"{goal.id}:{moment.isoformat()}:{situation.member}",
                about=goal.id,
                since=moment,
                reason=Reason(
                    code="nudge_goal_met",
                    template=N_("A goal is met: well done! Take a moment to enjoy it."),
                ),
            )


def _partner_met_goal(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    group = situation.current_group
    for goal, moment in _just_met(situation, plan):
        if group is not None and goal.member in group.others(situation.member):
            yield Occasion(
                rule=NudgeRule.PARTNER_MET_GOAL,
                key=f"{goal.id}:{moment.isoformat()}:{situation.member}",
                about=goal.id,
                since=moment,
                reason=Reason(
                    code="nudge_partner_met_goal",
                    template=N_(
                        "Somebody in your group has met a goal. A word from you will mean a lot."
                    ),
                ),
            )


def _feedback_waiting(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    given = {one.session for one in situation.check_ins if one.member == situation.member}
    newest = situation.now - timedelta(hours=plan.feedback_hours)
    oldest = situation.now - timedelta(days=plan.feedback_days)
    for session in situation.sessions:
        if (
            session.id in given
            or session.state not in _HELD_OR_SO
            or not oldest < session.ends_at <= newest
            or situation.member not in session.attended
        ):
            continue
        day, _ = _local(session.starts_at, situation.timezone)
        if situation.member in awaits_word_of(session, now=situation.now):
            code = "nudge_did_you_meet"
            template = N_("Did your session on {day} take place? Say so, and how it was for you.")
        else:
            code = "nudge_feedback_waiting"
            template = N_(
                "How was your session on {day}? One good thing, one bad thing and one idea are "
                "enough."
            )
        yield Occasion(
            rule=NudgeRule.FEEDBACK_WAITING,
            key=f"{session.id}:{situation.member}",
            about=session.id,
            since=session.ends_at,
            reason=Reason(code=code, template=template, values={"day": day}),
        )


def _streak(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    past = sorted(
        (one for one in situation.sessions if one.state in _OVER),
        key=lambda one: (one.starts_at, one.id),
    )
    missed = [place for place, one in enumerate(past) if one.state is SessionState.NOT_HELD]
    row = past[missed[-1] + 1 :] if missed else past
    if len(row) not in plan.streaks:
        return
    newest = row[-1]
    if situation.now - newest.ends_at >= timedelta(days=plan.cheer_days):
        return
    yield Occasion(
        rule=NudgeRule.STREAK,
        key=f"{newest.id}:{len(row)}:{situation.member}",
        about=newest.id,
        since=newest.ends_at,
        reason=Reason(
            code="nudge_streak",
            template=N_("Sessions in a row that took place: {count}. Well done!"),
            values={"count": len(row)},
        ),
    )


def _no_session(situation: Situation, plan: NudgePlan) -> Iterator[Occasion]:
    group = situation.current_group
    if group is None:
        return
    now = situation.now
    if any(one.state in OPEN_STATES and one.ends_at > now for one in situation.sessions):
        return
    ends = (met_at(one, now, word_days=plan.feedback_days) for one in situation.sessions)
    met = [ended for ended in ends if ended is not None]
    last = max([group.published_at, *met])
    patience = timedelta(days=plan.days_without_session)
    times = min((now - last) // patience, 2)
    if times < 1:
        return
    days = (now - last).days
    if met:
        code = "nudge_no_session"
        template = N_(
            "Your last session was {days} days ago. Propose a time: half an hour is fine."
        )
    else:
        code = "nudge_first_session"
        template = N_(
            "You have been a group for {days} days and have not met yet. "
            "Propose a first time: half an hour is fine."
        )
    yield Occasion(
        rule=NudgeRule.NO_SESSION,
        key=f"{group.id}:{last.isoformat()}:{times}",
        about=group.id,
        since=last + patience,
        reason=Reason(code=code, template=template, values={"days": days}),
    )


def _not_a_fit(situation: Situation, _: NudgePlan) -> Iterator[Occasion]:
    group = situation.current_group
    if group is None:
        return
    said = newest_fit(
        (one for one in situation.check_ins if one.group == group.id), situation.member
    )
    asked = own_ask(situation.switch_asks, group, situation.member)
    if said is None or said.fit is not Fit.NOT_A_FIT or said.at > situation.now:
        return
    if asked is not None and (asked.is_open or asked.asked_at >= said.at):
        return
    yield Occasion(
        rule=NudgeRule.NOT_A_FIT,
        key=said.id,
        about=said.id,
        since=said.at,
        reason=Reason(
            code="nudge_not_a_fit",
            template=N_(
                "You said that your group is not a fit. You may ask for a switch: "
                "nobody learns who asked, and nobody is at fault."
            ),
        ),
    )


_RULES: Mapping[NudgeRule, Callable[[Situation, NudgePlan], Iterator[Occasion]]] = MappingProxyType(
    {
        NudgeRule.SUPPORT: _support,
        NudgeRule.PROPOSAL_WAITING: _proposal_waiting,
        NudgeRule.GOAL_DUE: _goal_due,
        NudgeRule.GOAL_MET: _goal_met,
        NudgeRule.PARTNER_MET_GOAL: _partner_met_goal,
        NudgeRule.FEEDBACK_WAITING: _feedback_waiting,
        NudgeRule.STREAK: _streak,
        NudgeRule.NO_SESSION: _no_session,
        NudgeRule.NOT_A_FIT: _not_a_fit,
    }
)


def _is_own(goal: Goal, situation: Situation) -> bool:
    """Whether the member pursues this goal, alone or with the group."""
    group = situation.current_group
    return goal.member == situation.member or (group is not None and goal.group == group.id)


def _was_touched(goal: Goal, now: datetime) -> bool:
    """Whether somebody has worked on a goal so lately that there is no need to remind them."""
    moments = [goal.changed_at]
    moments += [entry.at for entry in goal.progress]
    moments += [one.done_at for one in goal.milestones if one.done_at is not None]
    return any(now - _JUST_NOW < moment <= now for moment in moments)


def _just_met(situation: Situation, plan: NudgePlan) -> Iterator[tuple[Goal, datetime]]:
    for goal in situation.goals:
        if goal.state is GoalState.MET:
            age = situation.now - goal.changed_at
            if timedelta() <= age < timedelta(days=plan.cheer_days):
                yield goal, goal.changed_at


def _local(moment: datetime, timezone: str) -> tuple[str, str]:
    """Give day and time on a clock."""
    local = moment.astimezone(zone(timezone))
    return local.date().isoformat(), f"{local:%H:%M}"
