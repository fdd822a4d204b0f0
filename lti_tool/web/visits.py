"""A visit: one launch of one person into one course, and the guards of every page below it.

The key in the path says which visit is meant; the cookie of exactly that path proves that this
browser made it. So two courses in two tabs never mix, and a leaked address opens nothing. A browser
that took no cookie at the launch goes on from page to page of its visit: each request must say that
one of our own pages sent it, as no address that was copied, typed or linked elsewhere can.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.wrappers import Response

from lti_tool.lti.login_secrets import fingerprint, is_same
from lti_tool.store import models
from lti_tool.store.keyed import table_of
from lti_tool.store.models import Role, State
from lti_tool.web.cookieless import is_own_page
from lti_tool.web.errors import PageError
from lti_tool.web.services import db, now, sign, transaction

__all__ = [
    "blueprint",
    "csrf_token",
    "current_visit",
    "db",
    "init_app",
    "learner_only",
    "now",
    "open_visit",
    "set_visit_cookie",
    "sign",
    "staff_only",
    "transaction",
    "visit_of_request",
    "visit_url",
]

P = ParamSpec("P")
R = TypeVar("R")

COOKIE = "peerloom-visit"
LIFETIME = timedelta(hours=12)

# Made once: each page runs the last one, each launch the others.
_OPEN = insert(table_of(models.Visit))
_OVERDUE = delete(table_of(models.Visit)).where(models.Visit.expires_at < bindparam("moment"))
_FIND = (
    select(models.Visit)
    .where(models.Visit.key_hash == bindparam("key"))
    .join(models.Visit.membership)
    .join(models.Membership.user)
    .join(models.Membership.context)
    .join(models.Context.deployment)
    .join(models.Deployment.registration)
    .options(
        contains_eager(models.Visit.membership).options(
            contains_eager(models.Membership.user),
            contains_eager(models.Membership.context)
            .contains_eager(models.Context.deployment)
            .contains_eager(models.Deployment.registration),
        )
    )
)

blueprint = Blueprint("visit", __name__, url_prefix="/visit/<key>")


def init_app(app: Flask) -> None:
    """Guard everything below ``/visit/<key>/`` and give templates the form token."""
    app.register_blueprint(blueprint)
    app.url_value_preprocessor(_take_key)
    app.url_defaults(_give_key)
    app.before_request(_enter)
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["visit_url"] = visit_url


def current_visit() -> models.Visit:
    """Give the visit of this page; `_enter` has checked it."""
    visit = visit_of_request()
    if visit is None:
        raise LookupError("not a page of a visit")
    return visit


def visit_of_request() -> models.Visit | None:
    """Give the visit of this page, or None on a page outside any visit."""
    visit: models.Visit | None = g.get("visit")
    return visit


def visit_url(endpoint: str, **values: Any) -> str:
    """Give the address of another page of this visit: ``visit_url("course.show")``."""
    return url_for(endpoint, **values)


def csrf_token() -> str:
    """Give the form token of this visit in this browser, for the field ``csrf_token``."""
    return sign("form", g.visit_key, current_visit().browser_hash)


def staff_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse everybody who is not staff of this course."""
    return _for_role(Role.STAFF, view)


def learner_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse everybody who is not a learner of this course."""
    return _for_role(Role.LEARNER, view)


def open_visit(
    session: Session,
    membership: int,
    *,
    now: datetime,
    resource_link: int | None = None,
    locale: str = "",
    deep_linking: dict[str, Any] | None = None,
    needs_cookie: bool = True,
) -> tuple[str, str]:
    """Write a new visit of a membership and give its key and its browser secret.

    Only their hashes are stored: who reads the database cannot walk in.
    """
    key, browser = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    connection = session.connection()
    connection.execute(
        _OPEN,
        {
            "key_hash": fingerprint(key),
            "browser_hash": fingerprint(browser),
            "membership_id": membership,
            "resource_link_id": resource_link,
            "locale": locale,
            "deep_linking": deep_linking,
            "needs_cookie": needs_cookie,
            "expires_at": now + LIFETIME,
        },
    )
    connection.execute(_OVERDUE, {"moment": now - LIFETIME})
    return key, browser


def set_visit_cookie(response: Response, key: str, browser: str) -> None:
    """Give the browser its proof, for the pages of this one visit only."""
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(LIFETIME.total_seconds()),
        path=f"/visit/{key}/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Go to the page for the role."""
    visit = current_visit()
    role = visit.membership.role
    if role is Role.STAFF:
        page = "place" if visit.deep_linking is not None else "course"
        return redirect(f"/visit/{g.visit_key}/{page}", 303)
    if role is Role.LEARNER:
        return redirect(f"/visit/{g.visit_key}/partner", 303)
    return render_template("public/no_role.html", role=role)


def _is_ours(visit: models.Visit) -> bool:
    """Tell whether this browser made the visit."""
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return not visit.needs_cookie and is_own_page()
    if not is_same(visit.browser_hash, fingerprint(cookie)):
        return False
    if not visit.needs_cookie:
        # It does take cookies here: from now on nothing less will do.
        with transaction() as session:
            session.get_one(models.Visit, visit.key_hash).needs_cookie = True
    return True


def _for_role(role: Role, view: Callable[P, R]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_visit().membership.role is not role:
            raise PageError(f"{role}_only", 403, gettext("This page is not for you."))
        return view(*args, **kwargs)

    return guarded


def _take_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and request.url_rule and request.url_rule.rule.startswith("/visit/<key>/"):
        g.visit_key = values.pop("key")


def _give_key(endpoint: str, values: dict[str, Any]) -> None:
    if "visit_key" in g and current_app.url_map.is_endpoint_expecting(endpoint, "key"):
        values.setdefault("key", g.visit_key)


def _enter() -> None:
    if "visit_key" not in g:
        return
    visit = db().scalar(_FIND, {"key": fingerprint(g.visit_key)})
    if visit is None:
        raise PageError("visit_unknown", 401, gettext("We do not know this visit."))
    if not _is_ours(visit):
        raise PageError(
            "browser_unknown", 403, gettext("This address was opened in another browser.")
        )
    if visit.expires_at <= now():
        raise PageError("visit_expired", 401, gettext("This visit has ended."))
    if visit.membership.context.deployment.state is not State.ACTIVE:
        raise PageError(
            "deployment_pending", 403, gettext("Peerloom is not allowed in this place.")
        )
    g.visit = visit
    if request.method == "POST" and not is_same(request.form.get("csrf_token", ""), csrf_token()):
        raise PageError("form_expired", 400, gettext("This form is too old to be used."))
