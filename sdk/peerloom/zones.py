"""Time zones, found by name, with a suggestion where the name is nearly right."""

from __future__ import annotations

import difflib
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from peerloom.errors import UnknownZoneError

# Names that mean something else on each machine, or nothing at all.
_NOT_A_PLACE = {"localtime", "posixrules", "Factory"}


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Find a time zone.

    Parameters
    ----------
    name
        An IANA name; upper and lower case count.

    Raises
    ------
    UnknownZoneError
        With up to three names that are close.

    Examples
    --------
    >>> zone("Europe/Berlin").key
    'Europe/Berlin'
    >>> zone("Berlin")
    Traceback (most recent call last):
    ...
    peerloom.errors.UnknownZoneError: Unknown time zone "Berlin": use an IANA name such as \
"Europe/Berlin". Did you mean "Europe/Berlin"?
    """
    try:
        found = None if name in _NOT_A_PLACE else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: "Europe" is a folder of the database; ValueError: a path, or a NUL.
        found = None
    if found is None:
        raise UnknownZoneError(name, _suggestions(name))
    return found


def _suggestions(name: str) -> tuple[str, ...]:
    """Give zone names close to `name`; a city alone is enough."""
    wanted = "_".join(name.casefold().split())
    by_key: dict[str, list[str]] = {}
    for key in sorted(available_timezones() - _NOT_A_PLACE):
        for form in {key.casefold(), key.rpartition("/")[2].casefold()}:
            by_key.setdefault(form, []).append(key)
    close = difflib.get_close_matches(wanted[:100], by_key, n=3, cutoff=0.75)
    return tuple(dict.fromkeys(key for form in close for key in by_key[form]))[:3]
