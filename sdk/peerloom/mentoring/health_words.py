"""What the rules of health say: to the members of a group, and to staff about it.

Members are told what it is with their numbers, and what they can do. Staff are told no numbers of
single people, not whose it is, and what staff can do without knowing that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from peerloom.reasons import N_, Reason, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one finding, to be filled with its values.

    Parameters
    ----------
    reason, helps
        What it is, and what would help, for the members.
    staff_reason, staff_helps
        The same for staff.
    """

    reason: str
    helps: str
    staff_reason: str
    staff_helps: str

    def for_members(self, code: str, values: Mapping[str, Value]) -> tuple[Reason, Reason]:
        """Fill those for the members: what it is, and what would help."""
        return (
            Reason(code=f"health_{code}", template=self.reason, values=values),
            Reason(code=f"health_{code}_help", template=self.helps),
        )

    def for_staff(self, code: str, values: Mapping[str, Value]) -> tuple[Reason, Reason]:
        """Fill those for staff: what it is, and what would help."""
        return (
            Reason(code=f"health_{code}_staff", template=self.staff_reason, values=values),
            Reason(code=f"health_{code}_staff_help", template=self.staff_helps),
        )


_LAST_SESSION = N_("Your last session was {days} days ago.")
_LAST_SESSION_STAFF = N_("The last session of this group was {days} days ago.")
_NEVER_MET = N_("You have been a group for {days} days and have not met yet.")
_NEVER_MET_STAFF = N_("This group has been one for {days} days and has not met yet.")
_PROPOSE = N_("Propose a time: half an hour is enough to start again.")
_PROPOSE_STAFF = N_(
    "Ask the whole group whether a time is hard to find. Half an hour is enough to start again."
)
_END_OR_GO_ON = N_(
    "Propose a time today, or ask for a switch: ending kindly is better than silence, and nobody "
    "is at fault."
)
_END_OR_GO_ON_STAFF = N_(
    "Ask the whole group whether they want to go on. If not, let it end kindly and pair its "
    "members anew: nobody is at fault."
)

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "too_few_left": Words(
            reason=N_("Somebody has left, and a group needs two people. It is not because of you."),
            helps=N_("A repair finds a new group for whoever is left."),
            staff_reason=N_("Fewer than two people are left in this group."),
            staff_helps=N_("Draw a repair: it finds a new group for whoever is left."),
        ),
        "no_session": Words(
            reason=_LAST_SESSION,
            helps=_PROPOSE,
            staff_reason=_LAST_SESSION_STAFF,
            staff_helps=_PROPOSE_STAFF,
        ),
        "no_first_session": Words(
            reason=_NEVER_MET,
            helps=N_("Propose a first time: half an hour is enough."),
            staff_reason=_NEVER_MET_STAFF,
            staff_helps=N_(
                "Ask the whole group whether a first time is hard to find. Half an hour is enough."
            ),
        ),
        "stall": Words(
            reason=_LAST_SESSION,
            helps=_END_OR_GO_ON,
            staff_reason=_LAST_SESSION_STAFF,
            staff_helps=_END_OR_GO_ON_STAFF,
        ),
        "never_met": Words(
            reason=_NEVER_MET,
            helps=_END_OR_GO_ON,
            staff_reason=_NEVER_MET_STAFF,
            staff_helps=_END_OR_GO_ON_STAFF,
        ),
        "missed_sessions": Words(
            reason=N_("Of your last {count} sessions, {missed} did not take place."),
            helps=N_("Choose another day or hour, or shorter sessions that fit into your week."),
            staff_reason=N_(
                "Of the last {count} sessions of this group, {missed} did not take place."
            ),
            staff_helps=N_(
                "Ask the whole group whether another day or hour, or shorter sessions, would suit "
                "them better."
            ),
        ),
        "proposal_waiting": Words(
            reason=N_("A proposed time has waited for more than {days} days for an answer."),
            helps=N_("Say yes to it, or propose a time that is better."),
            staff_reason=N_(
                "In this group a proposed time has waited for more than {days} days for an answer."
            ),
            staff_helps=N_(
                "Remind the whole group that a time is proposed. Whose answer is missing is not "
                "shown."
            ),
        ),
        "one_sided": Words(
            reason=N_(
                "One of you taught much more than another so far: your ledger has the minutes."
            ),
            helps=N_("Let whoever taught least choose the next topic and explain it."),
            staff_reason=N_("In this group teaching and learning are not shared evenly."),
            staff_helps=N_(
                "Their next agenda changes the roles by itself. Tell everybody, and not this group "
                "alone, that all teach and all learn here."
            ),
        ),
        "stale_goals": Words(
            reason=N_(
                "Open goals that are long overdue or have not moved for {days} days: {count}."
            ),
            helps=N_("Take one small step, revise the goal, or let it go: all three are fine."),
            staff_reason=N_(
                "A goal in this group is long overdue or has not moved for {days} days."
            ),
            staff_helps=N_(
                "Tell the whole group that goals may be revised or let go at any time. What they "
                "are about stays theirs."
            ),
        ),
        "no_goals": Words(
            reason=N_("You have been a group for more than {days} days and have no goal yet."),
            helps=N_(
                "Ask each other what you want to be able to do in a month, and write it down."
            ),
            staff_reason=N_("After more than {days} days this group has no goal yet."),
            staff_helps=N_(
                "Show the whole group what a first goal can look like. It may be small, and it "
                "stays theirs."
            ),
        ),
    }
)
"""By the name of the finding, which is part of the code of each sentence."""
