"""From a click in the course to a visit: login, launch, one transaction, one redirect."""

from __future__ import annotations

import logging
from typing import Any

from flask import (
    Blueprint,
    Flask,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_tool import lti
from lti_tool.lti import errors
from lti_tool.platforms import find_dialect
from lti_tool.store import launches, models, tenancy
from lti_tool.store.columns import wish_column
from lti_tool.store.jobs import enqueue_roster
from lti_tool.store.models import Role
from lti_tool.web import cookieless, visits
from lti_tool.web.course_services import course_services, wished_points
from lti_tool.web.errors import PageError
from lti_tool.web.security import allow_framing, limit_rate
from lti_tool.web.services import db, now, services, transaction
from lti_tool.work.platforms import as_registration

logger = logging.getLogger(__name__)

blueprint = Blueprint("lti", __name__, url_prefix="/lti")

_LAUNCH_PATH = "/lti/launch"
_SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


def init_app(app: Flask) -> None:
    """Register the addresses that platforms know, with a limit for each caller."""
    limit_rate(app, blueprint)
    app.register_blueprint(blueprint)


@blueprint.get("/jwks.json")
def key_set() -> ResponseReturnValue:
    """Publish the public halves of our signing keys."""
    answer = jsonify(lti.key_set(services().platforms.signing_keys()))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Answer a login initiation: remember it, and send the browser to the platform."""
    params = request.form if request.method == "POST" else request.args
    asked = lti.read_login(params, tool_url=services().config.url)
    _name_in_log(asked.issuer, asked.client_id)
    return _start(asked, browser=lti.new_state(), is_assisted=cookieless.needs_help(asked))


@blueprint.post("/tab")
def open_tab() -> ResponseReturnValue:
    """Begin a login once more, in a tab of its own, for the frame that began it and kept nothing.

    Its state is the ticket: it counts once, and only with the secret of the page that has it.
    """
    asked = lti.read_login(request.form, tool_url=services().config.url)
    _name_in_log(asked.issuer, asked.client_id)
    state, browser = request.form.get("state", ""), request.form.get("browser", "")
    found = launches.find_login(db(), lti.fingerprint(state), now())
    if found is None or not found[0].is_assisted:
        raise errors.StateUnknown
    if not lti.is_same(found[0].browser_hash, lti.fingerprint(browser)):
        raise errors.BrowserMismatch
    db().rollback()
    with transaction() as session:
        if not launches.spend_login(session, lti.fingerprint(state), now()):
            raise errors.StateUnknown
    return _start(asked, browser=browser, is_assisted=True, is_tab=True)


def _start(
    asked: lti.LoginRequest, *, browser: str, is_assisted: bool, is_tab: bool = False
) -> ResponseReturnValue:
    """Write a login down, and send the browser on, straight away or from a page that helps it."""
    state, nonce = lti.new_state(), lti.new_nonce()
    with transaction() as session:
        registration = _find_registration(session, asked)
        platform = as_registration(registration)
        try:
            launches.start_login(
                session,
                registration.id,
                state_hash=lti.fingerprint(state),
                browser_hash=lti.fingerprint(browser),
                nonce=nonce,
                target_link_uri=asked.target_link_uri,
                is_assisted=is_assisted,
                # In a tab of our own no window of the platform is around us.
                storage_target=None if is_tab else asked.storage_target,
                now=now(),
            )
        except launches.TooManyLoginsError:
            raise PageError(
                "logins_busy", 429, gettext("Too many people are opening Peerloom at once.")
            ) from None
    address = lti.authorization_request(
        platform,
        asked,
        state=state,
        nonce=nonce,
        redirect_uri=services().config.url + _LAUNCH_PATH,
    )
    answer = (
        make_response(
            cookieless.starting_page(
                registration, asked, address=address, state=state, browser=browser, is_tab=is_tab
            )
        )
        if is_assisted
        else redirect(address)
    )
    answer.set_cookie(
        _cookie_name(state),
        browser,
        max_age=int(launches.LIFETIME.total_seconds()),
        **_cookie_scope(),
    )
    return answer


@blueprint.post("/launch")
def launch() -> ResponseReturnValue:
    """Check who comes in, write the visit, and go to its page."""
    answer = lti.read_authentication_response(request.form)
    found = launches.find_login(db(), lti.fingerprint(answer.state), now())
    if found is None:
        raise errors.StateUnknown
    pending, registration = found
    platform = as_registration(registration)
    _name_in_log(platform.issuer, platform.client_id)
    allow_framing(registration)
    cookie = request.cookies.get(_cookie_name(answer.state), "")
    if not cookie and cookieless.can_ask_page(pending):
        return cookieless.returning_page(registration, pending, answer.state)
    proof = cookie or cookieless.posted_secret()
    if not lti.is_same(pending.browser_hash, lti.fingerprint(proof)):
        raise errors.BrowserMismatch
    registration_id, nonce = registration.id, pending.nonce
    # The keys of the platform may have to be fetched: no database connection waits for that.
    db().rollback()
    proven = lti.read_launch(
        answer.read_token(),
        registration=platform,
        key_set=services().platforms.key_sets,
        nonce=nonce,
        now=now(),
        tool_url=services().config.url,
    )
    with transaction() as session:
        installation = _find_installation(session, registration_id, proven.deployment_id)
        if installation is not None:
            if not launches.spend_login(session, lti.fingerprint(answer.state), now()):
                raise errors.StateUnknown
            entered = _enter(session, installation, proven, keeps_cookies=bool(cookie))
    if installation is None:
        raise errors.DeploymentPending
    logger.info(
        "launch accepted iss=%r client_id=%r role=%s message=%s request=%s",
        proven.issuer,
        proven.client_id,
        proven.roles.kind,
        proven.message_type,
        g.request_id,
    )
    response = _welcome(proven, entered)
    response.delete_cookie(_cookie_name(answer.state), **_cookie_scope())
    return response


def _find_registration(session: Session, asked: lti.LoginRequest) -> models.Registration:
    found = tenancy.find_registrations(session, asked.issuer, asked.client_id)
    if len(found) != 1:
        raise errors.RegistrationUnknown("several match" if found else "none matches")
    return found[0]


def _find_installation(
    session: Session, registration: int, deployment_id: str
) -> tenancy.Installation | None:
    """Find an allowed deployment; remember one that nobody has allowed, so that somebody can.

    Where the registration allows new deployments, a launch is enough.
    """
    found = tenancy.find_installation(session, registration, deployment_id)
    if found is not None:
        return found
    row = session.get_one(models.Registration, registration)
    is_new = tenancy.find_deployment(session, row, deployment_id) is None
    if is_new and row.allows_deployments:
        tenancy.allow_deployment(session, row, deployment_id, now())
        session.flush()
        return tenancy.find_installation(session, registration, deployment_id)
    tenancy.note_deployment(session, row, deployment_id, now())
    return None


def _enter(
    session: Session, place: tenancy.Installation, proven: lti.Launch, *, keeps_cookies: bool
) -> tuple[str, str] | None:
    """Write everything that this launch tells; give the key and secret of the visit."""
    if proven.context is None or proven.subject is None:
        return None
    family = place.product_family or proven.platform.family
    if family != place.product_family:
        session.get_one(models.Registration, place.registration).product_family = family
    dialect, points = find_dialect(family, place.token_endpoint), wished_points(proven)
    role = Role(proven.roles.kind)
    context = tenancy.write_context(
        session,
        place.deployment,
        context_id=proven.context.id,
        label=proven.context.label,
        title=proven.context.title,
        **course_services(proven, dialect),
    )
    if points is not None:
        wish_column(session, context, points)
    if role is Role.STAFF:
        _ask_for_roster(session, context)
    return visits.open_visit(
        session,
        tenancy.write_member(
            session,
            place.registration,
            context,
            subject=proven.subject,
            role=role,
            name=proven.name,
            is_test_user=proven.roles.is_test_user,
            groups=dialect.read_groups(proven.custom),
        ),
        now=now(),
        resource_link=_enter_link(session, context, proven),
        locale=proven.locale[:35],
        deep_linking=_deep_linking(proven) if role is Role.STAFF else None,
        needs_cookie=keeps_cookies,
    )


def _ask_for_roster(session: Session, context_id: int) -> None:
    context = session.get_one(models.Context, context_id)
    if context.memberships_url:
        enqueue_roster(session, context, now())


def _enter_link(session: Session, context: int, proven: lti.Launch) -> int | None:
    if proven.resource_link is None:
        return None
    may_score = _SCORE_SCOPE in proven.grade_scopes
    return tenancy.write_resource_link(
        session,
        context,
        resource_link_id=proven.resource_link.id,
        title=proven.resource_link.title,
        line_item_url=proven.line_item_url if may_score else None,
    )


def _deep_linking(proven: lti.Launch) -> dict[str, Any] | None:
    return None if proven.deep_linking is None else proven.deep_linking.to_dict()


def _welcome(proven: lti.Launch, entered: tuple[str, str] | None) -> Response:
    if proven.subject is None:
        return Response(render_template("public/anonymous.html"), mimetype="text/html")
    if entered is None:
        return Response(render_template("public/no_course.html"), mimetype="text/html")
    key, browser = entered
    response = redirect(url_for("visit.home", key=key), 303)
    visits.set_visit_cookie(response, key, browser)
    return response


def _cookie_name(state: str) -> str:
    # One cookie for each login: a course page may open the tool in several frames at once.
    return f"peerloom-login-{lti.fingerprint(state)[:16]}"


def _cookie_scope() -> dict[str, Any]:
    # Partitioned: the only cookie that Chromium gives a frame of another site.
    return {
        "path": _LAUNCH_PATH,
        "secure": True,
        "httponly": True,
        "samesite": "None",
        "partitioned": True,
    }


def _name_in_log(issuer: str, client_id: str | None) -> None:
    g.log_platform = (issuer, client_id)
