"""Language and time zone of a page: the platform's and the member's, else the browser's."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import negotiate_locale
from flask import Flask, request
from flask_babel import Babel, get_locale

from lti_tool.web.visits import visit_of_request

LANGUAGES = ("en", "de", "es", "fr", "pt")


def init_app(app: Flask) -> None:
    """Set up translations and dates; templates ask `get_locale` for language and direction."""
    Babel(app, locale_selector=_choose_language, timezone_selector=_choose_timezone)
    app.jinja_env.globals["get_locale"] = get_locale


def _choose_language() -> str:
    visit = visit_of_request()
    if visit is not None and visit.locale:
        asked = visit.locale.replace("-", "_")
        found = negotiate_locale([asked, asked.split("_")[0].lower()], LANGUAGES)
        if found:
            return found
    return request.accept_languages.best_match(LANGUAGES, default="en")


def _choose_timezone() -> str:
    visit = visit_of_request()
    name = ((visit and visit.membership.profile) or {}).get("timezone")
    try:
        return ZoneInfo(name).key if isinstance(name, str) else "UTC"
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
