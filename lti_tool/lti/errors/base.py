"""What every error of this package has: a stable code, a status, a sentence and a detail."""

from __future__ import annotations

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 - the marker that message extractors look for
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return text


_REPORT = N_(
    "Your learning platform sent a message that Peerloom cannot accept. Please open Peerloom again "
    "from your course. If this page comes back, give the code below to your administrator."
)


class LtiError(Exception):
    """Something that a platform, a browser or a person sent cannot be accepted.

    Parameters
    ----------
    detail
        One line for the log. It never holds a token, a state, a key or an e-mail address.

    Attributes
    ----------
    code
        The stable name of the rule that was broken.
    status
        The HTTP status of the page that says so: always 4xx.
    sentence
        What the person can do next, in English: the message id of its translations.
    """

    code: ClassVar[str] = "lti_error"
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = _REPORT

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


def rules() -> tuple[type[LtiError], ...]:
    """Give every named error with its code, sorted by code: the table that the docs print."""
    found: dict[str, type[LtiError]] = {}
    waiting = [LtiError]
    while waiting:
        for rule in waiting.pop().__subclasses__():
            waiting.append(rule)
            if "code" in vars(rule):
                found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))
