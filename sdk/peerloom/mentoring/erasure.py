"""Erasure: the traces of one person in what belongs to others."""

from __future__ import annotations

from dataclasses import replace

from peerloom.mentoring.agreements import Agreement, AgreementTerms, AgreementVersion, Signature
from peerloom.mentoring.goals import Goal, GoalChange, GoalTerms, Milestone, ProgressEntry


def erase_from_goal(goal: Goal, member: str) -> Goal | None:
    """Take a person out of a goal.

    Their own goals go altogether. In the goal of a group or of a partner, what they wrote (notes
    and reasons) and their id go; the numbers, states and moments stay. The statement stays too: it
    is its owner's.

    Parameters
    ----------
    goal
        Any goal.
    member
        The id of the person who is erased.

    Returns
    -------
    Goal or None
        None for a goal of their own; an equal goal where they left no trace.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> note = ProgressEntry(at=monday, by="bo", value=3, note="Well done!")
    >>> goal = Goal(id="g1", member="ada", set_at=monday, progress=(note,))
    >>> print(erase_from_goal(goal, "bo").progress[0].by, erase_from_goal(goal, "ada"))
    None None
    """
    if goal.member == member:
        return None
    return replace(
        goal,
        milestones=_milestones(goal.milestones, member),
        progress=_progress(goal.progress, member),
        history=tuple(_goal_change(change, member) for change in goal.history),
    )


def erase_from_agreement(agreement: Agreement, member: str) -> Agreement:
    """Take a person out of an agreement: what they wanted, signed and gave as a reason.

    Topics and ground rules stay: they are the words of the group.
    """
    terms = _agreement_terms(agreement.terms, member)
    return replace(
        agreement,
        wants=terms.wants,
        signatures=_signatures(agreement.signatures, member),
        history=tuple(_version(past, member) for past in agreement.history),
    )


def _milestones(milestones: tuple[Milestone, ...], member: str) -> tuple[Milestone, ...]:
    return tuple(replace(one, member=None) if one.member == member else one for one in milestones)


def _progress(entries: tuple[ProgressEntry, ...], member: str) -> tuple[ProgressEntry, ...]:
    return tuple(
        replace(entry, by=None, note="") if entry.by == member else entry for entry in entries
    )


def _goal_change(change: GoalChange, member: str) -> GoalChange:
    is_theirs = change.by == member
    return replace(
        change,
        by=None if is_theirs else change.by,
        why="" if is_theirs else change.why,
        before=None if change.before is None else _goal_terms(change.before, member),
        set_aside=_progress(change.set_aside, member),
    )


def _goal_terms(terms: GoalTerms, member: str) -> GoalTerms:
    return replace(terms, milestones=_milestones(terms.milestones, member))


def _agreement_terms(terms: AgreementTerms, member: str) -> AgreementTerms:
    return replace(terms, wants=tuple(one for one in terms.wants if one.member != member))


def _signatures(signatures: tuple[Signature, ...], member: str) -> tuple[Signature, ...]:
    return tuple(one for one in signatures if one.member != member)


def _version(past: AgreementVersion, member: str) -> AgreementVersion:
    is_theirs = past.replaced_by == member
    return replace(
        past,
        terms=_agreement_terms(past.terms, member),
        signatures=_signatures(past.signatures, member),
        replaced_by=None if is_theirs else past.replaced_by,
        why="" if is_theirs else past.why,
    )
