"""How pages say things: people, moments, numbers and reasons, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, lists, numbers
from flask.blueprints import BlueprintSetupState
from flask_babel import get_locale, gettext

from lti_tool.store.models import Group, Membership, Role
from lti_tool.store.rounds import member_id
from lti_tool.web.visits import current_visit

_NAMED = re.compile(r"member-\d+")


def register(state: BlueprintSetupState) -> None:
    """Give templates these words; a blueprint records it, so that it comes with the pages."""
    state.app.jinja_env.globals.update(
        clock_text=clock_text,
        common_time=common_time,
        date_text=date_text,
        day_name=day_name,
        day_text=day_text,
        hour_name=hour_name,
        names=names,
        navigation=navigation,
        number=number,
        page_locale=locale,
        people_of=people_of,
        percent=percent,
        person=person,
        reason_text=reason_text,
        since=since,
        text_direction=text_direction,
        when=when,
        zone_label=zone_label,
    )


def locale() -> Locale:
    """Return the reader's locale; English outside a request that knows it."""
    return get_locale() or Locale("en")


def text_direction() -> str:
    """Return ``ltr`` or ``rtl``."""
    return str(locale().text_direction)


def navigation() -> list[tuple[str, str]]:
    """Return endpoint and words of the pages in the head, by the role of the visit."""
    if current_visit().membership.role is Role.STAFF:
        return [("course.show", gettext("Your pairs")), ("people.show", gettext("People"))]
    return [("partner.show", gettext("My partner")), ("profile.show", gettext("About me"))]


def person(membership: Membership) -> str:
    """Return a person's name, or a short label that stays the same where the LMS sends no name."""
    name = membership.user.name.strip()
    return name or str(gettext("Learner %(label)s", label=f"{membership.id:03x}"))


def names(memberships: Iterable[Membership]) -> str:
    """Return names as a sentence part: "Ada, Ben and Cem"."""
    return str(lists.format_list([person(one) for one in memberships], locale=locale()))


def people_of(groups: Iterable[Group]) -> dict[str, str]:
    """Return the names of everybody in some groups by the ids that stored reasons hold."""
    return {
        member_id(seat.membership_id): person(seat.membership)
        for group in groups
        for seat in group.seats
    }


def reason_text(reason: Mapping[str, Any], people: Mapping[str, str]) -> str:
    """Return a stored reason as a sentence in the reader's language.

    The template is a message id. Its values are filled in after the translation; ids of members
    become names here, so that stored reasons need hold none.
    """
    template: str = reason["template"]
    return str(gettext(template)).format(
        **{key: _value(value, people) for key, value in reason["values"].items()}
    )


def number(value: float) -> str:
    """Return a number as the reader writes it, with at most two decimals."""
    return str(numbers.format_decimal(value, "#,##0.##", locale=locale()))


def percent(share: float | Fraction, *, decimals: int = 0) -> str:
    """Return a share of 1 in per cent, rounded down: a page never promises more than is proven."""
    pattern = locale().percent_formats[None].pattern
    if decimals:
        pattern = pattern.replace("##0", "##0." + "0" * decimals)
    steps = 10 ** (decimals + 2)
    return str(numbers.format_percent(int(share * steps) / steps, pattern, locale=locale()))


def common_time(minutes: int) -> str:
    """Return weekly minutes that a group shares, in hours."""
    return str(gettext("%(hours)s h", hours=number(minutes / 60)))


def zone_of(membership: Membership) -> ZoneInfo:
    """Return the time zone a member told us, else UTC."""
    name = (membership.profile or {}).get("timezone")
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone_label(zone: ZoneInfo) -> str:
    """Return the city by which a time zone is known: "Berlin", or "UTC"."""
    if "/" not in zone.key:
        return zone.key
    return str(dates.get_timezone_location(zone, locale=locale(), return_city=True))


def when(moment: datetime, zone: ZoneInfo, *, minutes: int | None = None) -> str:
    """Return weekday, date and time in a zone; with `minutes` also when it ends."""
    return f"{day_text(moment, zone)}, {clock_text(moment, zone, minutes=minutes)}"


def day_text(moment: datetime, zone: ZoneInfo) -> str:
    """Return weekday and date in a zone, without the year."""
    local = moment.astimezone(zone)
    return str(dates.format_skeleton("MMMEd", local, locale=locale()))


def clock_text(moment: datetime, zone: ZoneInfo, *, minutes: int | None = None) -> str:
    """Return the time of day in a zone; with `minutes` also when it ends."""
    text = str(dates.format_time(moment.astimezone(zone), "short", locale=locale()))
    if minutes is None:
        return text
    # The end is counted in UTC: a session over the change of the clocks stays as long as planned.
    end = (moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)
    return f"{text}–{dates.format_time(end, 'short', locale=locale())}"


def date_text(day: date) -> str:
    """Return a date with its year."""
    return str(dates.format_date(day, "long", locale=locale()))


def since(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was: "2 minutes ago"."""
    gone = max(now - moment, timedelta(0))
    if gone < timedelta(minutes=1):
        return str(gettext("just now"))
    return str(dates.format_timedelta(-gone, add_direction=True, locale=locale()))


def day_name(day: int) -> str:
    """Return the name of a weekday; 0 is Monday."""
    return str(dates.get_day_names("wide", context="stand-alone", locale=locale())[day])


def hour_name(hour: int) -> str:
    """Return an hour of the day as a clock shows it; 24 is midnight."""
    return f"{hour:02d}:00"


def _value(value: str | float, people: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return _NAMED.sub(lambda found: people.get(found[0], gettext("somebody")), value)
    return number(value)
