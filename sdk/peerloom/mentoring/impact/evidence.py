"""Figures about mentoring that articles like to quote, each with its source and its caveat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peerloom.reasons import N_, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure. It may only be shown together with its source and its caveat.

    Parameters
    ----------
    code
        Stable name.
    claim
        What was found, in words that are true to the source.
    source
        Who found it, when, and where it was published.
    url
        Where it can be read; empty where no public page of the finding itself is known.
    caveat
        What it does not say.
    """

    code: str
    claim: Reason
    source: str
    url: str
    caveat: Reason

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "code": self.code,
            "claim": self.claim.to_dict(),
            "source": self.source,
            "url": self.url,
            "caveat": self.caveat.to_dict(),
        }


_SUN = (
    "Gartner and Capital Analytics (2006), study of about 1,000 employees of Sun Microsystems over "
    "five years, as reported by Knowledge at Wharton (2007), Workplace Loyalties Change, but the "
    "Value of Mentoring Doesn't"
)
_SUN_URL = (
    "https://knowledge.wharton.upenn.edu/article/"
    "workplace-loyalties-change-but-the-value-of-mentoring-doesnt/"
)
_SELF_CHOSEN = N_(
    "One company, mentors above their mentees, and people who chose to take part: they may have "
    "done better without it, too."
)


def evidence() -> tuple[Finding, ...]:
    """Give the figures that may be quoted.

    Returns
    -------
    tuple of Finding
        None of them is about peer mentoring in a course, except where it says so.

    Examples
    --------
    >>> first = evidence()[0]
    >>> print(first.claim)
    25 in 100 employees who took part in mentoring had a change of salary grade, of the others 5 \
in 100.
    >>> print(first.caveat)
    That is not 25 in 100 more salary. One company, mentors above their mentees, and people who \
chose to take part: they may have done better without it, too.
    """
    return (
        _finding(
            "salary_grade",
            N_(
                "{with_it} in 100 employees who took part in mentoring had a change of salary "
                "grade, of the others {without_it} in 100."
            ),
            {"with_it": 25, "without_it": 5},
            _SUN,
            _SUN_URL,
            N_(
                "That is not 25 in 100 more salary. One company, mentors above their mentees, and "
                "people who chose to take part: they may have done better without it, too."
            ),
        ),
        _finding(
            "promotion",
            N_("Mentees were promoted {mentees} times as often as employees without a mentor."),
            {"mentees": 5},
            _SUN,
            _SUN_URL,
            _SELF_CHOSEN,
        ),
        _finding(
            "retention",
            N_(
                "{mentees} in 100 mentees and {mentors} in 100 mentors stayed with the company, of "
                "the others {others} in 100."
            ),
            {"mentees": 72, "mentors": 69, "others": 49},
            _SUN,
            _SUN_URL,
            _SELF_CHOSEN,
        ),
        _finding(
            "companies",
            N_("{share} in 100 of the 500 largest companies of the USA had mentoring in {year}."),
            {"share": 98, "year": 2024},
            "MentorcliQ (2024), Mentoring Impact Report",
            "",
            N_(
                "Counted by a company that sells software for mentoring. That many do it does not "
                "show that it works."
            ),
        ),
        _finding(
            "matches_that_end_early",
            N_("{share} in 100 matches of young people with mentors ended earlier than planned."),
            {"share": 38},
            "J. B. Kupersmidt, K. N. Stump, R. L. Stelter and J. E. Rhodes (2017), Predictors of "
            "premature match closure in youth mentoring relationships, American Journal of "
            "Community Psychology 59",
            "https://doi.org/10.1002/ajcp.12124",
            N_(
                "Adults with children and youth, in 170 programmes. It shows that an early end is "
                "normal, not how often peers part."
            ),
        ),
        _finding(
            "peer_support_wellbeing",
            N_(
                "A review of peer support for students found {studies} studies of their mental "
                "health, and no evidence that it improves it."
            ),
            {"studies": 3},
            "N. M. John, O. Page, S. C. Martin and P. Whittaker (2018), Impact of peer support on "
            "student mental wellbeing: a systematic review, MedEdPublish 7",
            "https://www.mededpublish.org/manuscripts/1785",
            N_(
                "So few studies prove nothing either way. In one of them most students said that "
                "peer support was useful."
            ),
        ),
    )


def _finding(
    code: str, claim: str, values: dict[str, int], source: str, url: str, caveat: str
) -> Finding:
    return Finding(
        code=code,
        claim=Reason(code=f"evidence_{code}", template=claim, values=values),
        source=source,
        url=url,
        caveat=Reason(code=f"evidence_{code}_caveat", template=caveat),
    )
