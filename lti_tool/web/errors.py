"""Every refusal is one calm page: a sentence, what to do next, a code and a request number."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, g, has_request_context, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from lti_tool.lti import LtiError
from lti_tool.web.security import allow_framing_anywhere

logger = logging.getLogger(__name__)

_OPEN_AGAIN = lazy_gettext("Go back to your course and open Peerloom there again.")
_SENTENCES = {
    400: ("bad_request", lazy_gettext("This request cannot be read.")),
    403: ("forbidden", lazy_gettext("This page is not for you.")),
    404: ("not_found", lazy_gettext("There is no such page.")),
    405: ("method_not_allowed", lazy_gettext("This page cannot be opened in this way.")),
    413: ("too_large", lazy_gettext("This request is too large.")),
    429: ("too_many_requests", lazy_gettext("Too many requests at once. Please wait a minute.")),
}


class PageError(Exception):
    """A refusal that is shown as a page.

    Parameters
    ----------
    code
        Stable and short, for support and for tests.
    status
        The HTTP status, 4xx.
    sentence
        What happened, for the person.
    advice
        What to do next. Default: open the tool again from the course.
    """

    def __init__(self, code: str, status: int, sentence: str, advice: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.sentence = sentence
        self.advice = advice


def init_app(app: Flask) -> None:
    """Show errors as pages, and number the requests."""
    app.before_request(_number_request)
    app.logger.addFilter(_hide_path)
    app.register_error_handler(PageError, _show_page_error)
    app.register_error_handler(LtiError, _show_lti_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(SecurityError, _show_foreign_host)


def error_page(code: str, status: int, sentence: str, advice: str = "") -> ResponseReturnValue:
    """Render the one error page."""
    if "visit" not in g:  # otherwise the page shows who it is, and its platform is known
        allow_framing_anywhere()
    page = render_template(
        "public/error.html",
        code=code,
        status=status,
        sentence=sentence,
        advice=advice,
        request_id=g.get("request_id", ""),
    )
    return make_response(page, status)


def _number_request() -> None:
    g.request_id = secrets.token_hex(6)


def _show_page_error(error: PageError) -> ResponseReturnValue:
    logger.info("refused code=%s path=%s request=%s", error.code, _path(), g.get("request_id"))
    return error_page(error.code, error.status, error.sentence, error.advice or _OPEN_AGAIN)


def _show_lti_error(error: LtiError) -> ResponseReturnValue:
    issuer, client_id = g.get("log_platform", ("", None))
    logger.warning(
        "launch refused code=%s iss=%r client_id=%r path=%s detail=%r request=%s",
        error.code,
        issuer,
        client_id,
        _path(),
        error.detail,
        g.get("request_id"),
    )
    sentence = gettext("Peerloom could not be opened.")
    return error_page(error.code, error.status, sentence, gettext(error.sentence))


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError):
        # The page must not need the database, which may be what is broken.
        g.pop("visit", None)
        advice = gettext("Nothing was lost. Try again; if it stays, send the number below.")
        sentence = gettext("Something went wrong on our side.")
        return error_page("internal_error", 500, sentence, advice)
    code, sentence = _SENTENCES.get(error.code, _SENTENCES[400])
    page = make_response(error_page(code, error.code, sentence))
    # What a status demands beside its page: Allow with 405, RFC 9110, 15.5.6.
    page.headers.extend(
        (name, value) for name, value in error.get_headers() if name not in page.headers
    )
    return page


def _show_foreign_host(_error: SecurityError) -> ResponseReturnValue:
    # No page: there are no addresses to build for a host that is not ours.
    text = "This server does not answer for this host name. Check PEERLOOM_URL.\n"
    return text, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _hide_path(record: logging.LogRecord) -> bool:
    """Take the path out of Flask's own line about a fault; see `_path`."""
    if record.exc_info and has_request_context():
        record.msg, record.args = "fault path=%s request=%s", (_path(), g.get("request_id"))
    return True


def _path() -> str:
    # The rule, not the path: paths hold the keys of visits and the tokens of invitations.
    return request.url_rule.rule if request.url_rule else "-"
