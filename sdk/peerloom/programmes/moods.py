"""What staff learn of moods in a programme: a coarse number, once a week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from peerloom.mentoring.health import moods_in_programme
from peerloom.mentoring.moments import utc
from peerloom.mentoring.moods import mood_trend
from peerloom.programmes.programme import Programme
from peerloom.reasons import Reason


def moods_for_staff(programme: Programme, *, now: datetime) -> Reason | None:
    """Say how many people in the whole programme are doing less well.

    It is told as it was when the week began (Monday, UTC), of everybody who had not left by then:
    otherwise staff could look before and after somebody's check-in, pause or farewell, and
    subtract.

    Parameters
    ----------
    programme
        Any.
    now
        The present moment; aware.

    Returns
    -------
    Reason or None
        None while nobody's mood is known.

    Raises
    ------
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(n log n) for n check-ins.

    Examples
    --------
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> moods_for_staff(Programme(name="Evening school", private_seed=2026), now=monday)
    """
    moment = utc(now, "now")
    monday = moment.date() - timedelta(days=moment.weekday())
    begun = datetime.combine(monday, time.min, tzinfo=UTC)
    trends = [
        mood_trend(programme.check_ins.of_member(one.id), one.id, now=begun)
        for one in programme.members
        if one.left_at is None or one.left_at > begun
    ]
    return moods_in_programme(trends) if any(trend.answers for trend in trends) else None
