"""The words of a report: in any language, with dates and numbers that everybody can read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peerloom.mentoring.impact.cells import Count
from peerloom.mentoring.impact.intervals import Interval
from peerloom.reasons import N_, Reason, Value
from peerloom.zones import zone

_LEFT_TO_RIGHT = "\u2066"
_END = "\u2069"


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a report says things.

    Parameters
    ----------
    translate
        Gives an English template in another language, as `gettext` does.
    language
        The tag of that language, such as "en" or "pt-BR".
    is_rtl
        Whether it is written from right to left.

    Examples
    --------
    >>> Wording()("Round {number}", number=3)
    'Round 3'
    """

    translate: Callable[[str], str] = _as_it_is
    language: str = "en"
    is_rtl: bool = False

    def __call__(self, template: str, **values: Value) -> str:
        """Say a sentence."""
        return self.translate(template).format_map(values)

    def reason(self, reason: Reason) -> str:
        """Say a reason."""
        return self(reason.template, **reason.values)

    def kept(self, sentence: Mapping[str, Any]) -> str:
        """Say a sentence that was kept as plain data: in English where that is all that fits.

        A file may hold any data, so a template of it is only used where it can be translated.
        """
        template, values = sentence.get("template"), sentence.get("values")
        if isinstance(template, str) and isinstance(values, Mapping):
            translated = self.translate(template)
            if translated != template:
                return translated.format_map(values)
        return str(sentence["text"])

    def count(self, count: Count) -> str:
        """Say a number, or between which numbers it lies.

        Examples
        --------
        >>> Wording().count(Count(low=14, high=14)), Wording().count(Count(low=1, high=4))
        ('14', '1 to 4')
        """
        if count.value is not None:
            return str(count.value)
        return self(N_("{low} to {high}"), low=count.low, high=count.high)

    def figure(self, text: str) -> str:
        r"""Give a date or a signed number so that it keeps its order within other scripts.

        Examples
        --------
        >>> Wording().figure("+0.5"), Wording(is_rtl=True).figure("+0.5") == "\u2066+0.5\u2069"
        ('+0.5', True)
        """
        return f"{_LEFT_TO_RIGHT}{text}{_END}" if self.is_rtl else text

    def day(self, moment: datetime, timezone: str) -> str:
        """Give a day as every language writes it for programs and people.

        Examples
        --------
        >>> from datetime import UTC
        >>> Wording().day(datetime(2026, 11, 23, 23, tzinfo=UTC), "Europe/Berlin")
        '2026-11-24'
        """
        return self.figure(moment.astimezone(zone(timezone)).date().isoformat())

    def moment(self, moment: datetime, timezone: str) -> str:
        """Give a moment to the minute, on the clock of a time zone.

        Examples
        --------
        >>> from datetime import UTC
        >>> Wording().moment(datetime(2026, 11, 23, 17, tzinfo=UTC), "Europe/Berlin")
        '2026-11-23 18:00'
        """
        return self.figure(moment.astimezone(zone(timezone)).strftime("%Y-%m-%d %H:%M"))

    def signed(self, points: float) -> str:
        """Give a change with its sign.

        Examples
        --------
        >>> Wording().signed(0.5), Wording().signed(-0.25)
        ('+0.50', '−0.25')
        """
        return self.figure(f"{points:+.2f}".replace("-", "−"))

    def of(self, count: Count, total: int) -> str:
        """Say how many of how many."""
        return self(N_("{count} of {total}"), count=self.count(count), total=total)

    def share(self, share: Interval | None) -> str:
        """Say a share with its interval, in 100; a dash where there is none.

        Examples
        --------
        >>> Wording().share(Interval(estimate=0.7, low=0.387, high=0.891))
        '70 (38 to 90)'
        """
        if share is None:
            return "–"
        low, high = math.floor(100 * share.low), math.ceil(100 * share.high)
        return self(
            N_("{share} ({low} to {high})"), share=round(100 * share.estimate), low=low, high=high
        )
