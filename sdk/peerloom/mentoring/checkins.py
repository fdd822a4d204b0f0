"""Check-ins: the good, the bad and an idea, whether the match fits, and how somebody is.

Who may read what is decided in one place, `visible_to`. Mood is for the eyes of its author only,
and whether the match fits never reaches a partner.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from peerloom.mentoring.errors import GroupError, MentoringError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import identifier, prose
from peerloom.reasons import N_, Reason

MOODS = range(1, 6)
"""From 1, very low, to 5, very good."""


class Visibility(enum.StrEnum):
    """For whom the three texts of a check-in are written."""

    PARTNER = "partner"
    STAFF = "staff"


class Fit(enum.StrEnum):
    """Whether two people go well together, as one of them sees it."""

    GOOD = "good"
    UNSURE = "unsure"
    NOT_A_FIT = "not_a_fit"


class CheckInError(MentoringError):
    """A check-in that cannot exist: nothing in it, or an answer that there is not."""

    code = "check_in_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A member's short answer after a session or mid-week.

    Its author reads all of it. The texts are read by the partners or by staff, as the author
    chose, never by both. Staff read the fit, partners never do. Nobody but the author reads the
    mood. Show it to anybody only through `visible_to`.

    Parameters
    ----------
    id
        What tells it from every other check-in.
    group, member
        Ids of the group that it is about and of its author.
    at
        When it was given; aware, kept in UTC.
    session
        Id of the session that it is about; None for one mid-week.
    good, bad, idea
        What was good, what was not, and an idea for the next time; each may be empty.
    visibility
        Who reads the texts.
    fit
        Whether the match fits; None where it was not asked or not answered.
    mood
        1 to 5, or None where it was not answered.

    Raises
    ------
    CheckInError
        For a check-in without any answer, or an answer that there is not.
    TextError
        For texts of more than 2000 characters or with control characters, and for an empty id.
    MomentError
        For a moment without a time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> CheckIn(
    ...     id="c1",
    ...     group="g1",
    ...     member="ada",
    ...     at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ...     good="You let me finish.",
    ...     mood=4,
    ... )
    CheckIn(id='c1', group='g1', member='ada', \
at=datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.timezone.utc), session=None)
    """

    id: str
    group: str
    member: str
    at: datetime
    session: str | None = None
    good: str = field(default="", repr=False)
    bad: str = field(default="", repr=False)
    idea: str = field(default="", repr=False)
    visibility: Visibility = field(default=Visibility.PARTNER, repr=False)
    fit: Fit | None = field(default=None, repr=False)
    mood: int | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("id", "group", "member"):
            identifier(getattr(self, name), name)
        if self.session is not None:
            identifier(self.session, "session")
        object.__setattr__(self, "at", utc(self.at, "at"))
        for name in ("good", "bad", "idea"):
            object.__setattr__(self, name, prose(getattr(self, name), name))
        if self.visibility not in list(Visibility):
            raise CheckInError.of_field("visibility", f"one of {', '.join(Visibility)}")
        object.__setattr__(self, "visibility", Visibility(self.visibility))
        if self.fit is not None:
            if self.fit not in list(Fit):
                raise CheckInError.of_field("fit", f"one of {', '.join(Fit)}")
            object.__setattr__(self, "fit", Fit(self.fit))
        if self.mood is not None and (type(self.mood) is not int or self.mood not in MOODS):
            raise CheckInError.of_field("mood", f"a whole number from {MOODS[0]} to {MOODS[-1]}")
        if not self.has_words and self.fit is None and self.mood is None:
            raise CheckInError("A check-in needs at least one answer: write a word, or choose one.")

    @property
    def has_words(self) -> bool:
        """Whether anything was written."""
        return bool(self.good or self.bad or self.idea)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who looks at something.

    Parameters
    ----------
    member
        Their id as a member; None for somebody who takes no part.
    is_staff
        Whether they are staff. An observer, such as the `Mentor` role of an LMS, is not.
    """

    member: str | None = None
    is_staff: bool = False

    @classmethod
    def staff(cls) -> Self:
        """Give a member of staff who takes no part."""
        return cls(is_staff=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInView:
    """What one person may read of a check-in; what they may not read is empty.

    Parameters
    ----------
    check_in, group, member, at
        As in `CheckIn`.
    session
        For members of the group only: staff do not see which sessions there were, because some
        are private.
    good, bad, idea, fit, mood
        As in `CheckIn`, where this person may read it.
    """

    check_in: str
    group: str
    member: str
    at: datetime
    session: str | None = None
    good: str = field(default="", repr=False)
    bad: str = field(default="", repr=False)
    idea: str = field(default="", repr=False)
    fit: Fit | None = field(default=None, repr=False)
    mood: int | None = field(default=None, repr=False)


def visible_to(viewer: Viewer, check_in: CheckIn, group: PublishedGroup) -> CheckInView | None:
    """Give what somebody may read of a check-in.

    =================  =====================  ====================  ====  ====
    viewer             texts for the partner  texts for staff       fit   mood
    =================  =====================  ====================  ====  ====
    the author         yes                    yes                   yes   yes
    a partner          yes                    no                    no    no
    staff              no                     yes                   yes   no
    anybody else       no                     no                    no    no
    =================  =====================  ====================  ====  ====

    Somebody of staff who is in the group reads as a partner does: what was written to staff about
    them is not for them.

    Parameters
    ----------
    viewer
        Who looks.
    check_in
        Any check-in of the group.
    group
        The group that it is about.

    Returns
    -------
    CheckInView or None
        None when there is nothing that this person may read, so that nobody even learns that
        there is a check-in.

    Raises
    ------
    GroupError
        For a check-in of another group.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> group = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> check_in = CheckIn(id="c1", group="g1", member="ada", at=monday, good="Clear!", mood=2)
    >>> view = visible_to(Viewer(member="bo"), check_in, group)
    >>> view.good, view.mood
    ('Clear!', None)
    >>> visible_to(Viewer.staff(), check_in, group) is None
    True
    """
    if check_in.group != group.id:
        raise GroupError("This check-in is about another group: choose that one.")
    if viewer.member == check_in.member:
        return _view(check_in, session=True, words=True, fit=True, mood=True)
    if viewer.member in group.members:
        words = check_in.visibility is Visibility.PARTNER
        return _view(check_in, session=True, words=words)
    if viewer.is_staff:
        return _view(check_in, words=check_in.visibility is Visibility.STAFF, fit=True)
    return None


def questions() -> tuple[Reason, ...]:
    """Give the questions of a check-in in the order of its fields: good, bad, idea, fit, mood."""
    return (
        Reason(code="good", template=N_("What was good, and what did the others do for it?")),
        Reason(
            code="bad",
            template=N_("What was not so good? Say what happened, not what anybody is like."),
        ),
        Reason(code="idea", template=N_("What is one idea for the next time?")),
        Reason(code="fit", template=N_("Do you go well together?")),
        Reason(code="mood", template=N_("How are you, from 1 (very low) to 5 (very good)?")),
    )


def readers(visibility: Visibility) -> tuple[Reason, ...]:
    """Say who will read which answer; for people to see before they write.

    Examples
    --------
    >>> for sentence in readers(Visibility.PARTNER):
    ...     print(sentence)
    What you write is read by the others of your group, and not by staff.
    Whether you fit is read by staff, and never by the others of your group.
    How you are is read by nobody but you.
    """
    words = {
        Visibility.PARTNER: N_(
            "What you write is read by the others of your group, and not by staff."
        ),
        Visibility.STAFF: N_(
            "What you write is read by staff, and not by the others of your group."
        ),
    }
    return (
        Reason(code="readers_words", template=words[Visibility(visibility)]),
        Reason(
            code="readers_fit",
            template=N_("Whether you fit is read by staff, and never by the others of your group."),
        ),
        Reason(code="readers_mood", template=N_("How you are is read by nobody but you.")),
    )


def newest_fit(check_ins: Iterable[CheckIn], member: str) -> CheckIn | None:
    """Give the newest check-in in which a member said whether the match fits.

    Private to the member and staff.

    Parameters
    ----------
    check_ins
        Of one group, in any order.
    member
        The id of the author.
    """
    said = (one for one in check_ins if one.member == member and one.fit is not None)
    return max(said, key=lambda one: (one.at, one.id), default=None)


def _view(
    check_in: CheckIn,
    *,
    session: bool = False,
    words: bool = False,
    fit: bool = False,
    mood: bool = False,
) -> CheckInView | None:
    """Copy what is allowed; None where nothing of it was answered."""
    has_words = words and check_in.has_words
    shown_fit = check_in.fit if fit else None
    shown_mood = check_in.mood if mood else None
    if not has_words and shown_fit is None and shown_mood is None:
        return None
    return CheckInView(
        check_in=check_in.id,
        group=check_in.group,
        member=check_in.member,
        at=check_in.at,
        session=check_in.session if session else None,
        good=check_in.good if words else "",
        bad=check_in.bad if words else "",
        idea=check_in.idea if words else "",
        fit=shown_fit,
        mood=shown_mood,
    )
