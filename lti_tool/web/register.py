"""Dynamic registration: an administrator pastes our one-time link, and both sides know each other.

The link is the approval of this tool's operator. So the deployment that the platform names at once
is allowed with it; any later one waits for the operator.
"""

from __future__ import annotations

import logging

from flask import Blueprint, Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lti_tool.lti import dynamic_registration
from lti_tool.lti.text import split_address
from lti_tool.platforms import find_dialect
from lti_tool.platforms.canvas import key_configuration
from lti_tool.store import invitations, tenancy
from lti_tool.web.errors import PageError
from lti_tool.web.security import allow_framing_by, limit_rate
from lti_tool.web.services import db, now, services, transaction

logger = logging.getLogger(__name__)

blueprint = Blueprint("register", __name__, url_prefix="/lti")


def init_app(app: Flask) -> None:
    """Register the address, with a limit for each caller."""
    limit_rate(app, blueprint)
    app.register_blueprint(blueprint)


@blueprint.get("/register/<invitation>")
def register(invitation: str) -> ResponseReturnValue:
    """Register the platform that opened this page, and say what happened and what is next."""
    if not invitations.is_open(db(), invitation, now()):
        raise _used_up()
    # No connection to the database waits for the platform.
    db().rollback()
    address = request.args.get("openid_configuration", "")
    if split_address(address) is None:
        raise PageError(
            "configuration_missing",
            400,
            gettext("This link is for the administration of your learning platform."),
            gettext(
                "Paste it there, where external tools are added: the field is called tool URL,"
                " or dynamic registration URL. It is good for one registration."
            ),
        )
    client, token = services().platforms.client, request.args.get("registration_token")
    platform = dynamic_registration.read_configuration(client, address, token)
    g.log_platform = (platform.issuer, None)
    dialect = find_dialect(platform.product_family, platform.token_endpoint)
    wish = dynamic_registration.registration_request(
        platform,
        tool_url=services().config.url,
        name="Peerloom",
        description=_description(),
        variables=dialect.variables,
        tool_extension=dialect.tool_extension,
        message_extensions=dialect.message_extensions,
    )
    result = dynamic_registration.register(client, platform, wish, token)
    agreed = result.registration(platform)
    with transaction() as session:
        if not invitations.spend(session, invitation, now()):
            raise _used_up()
        try:
            tenancy.add_registration(
                session,
                deployment_id=result.deployment_id,
                now=now(),
                issuer=agreed.issuer,
                client_id=agreed.client_id,
                authorization_endpoint=agreed.authorization_endpoint,
                token_endpoint=agreed.token_endpoint,
                jwks_uri=agreed.jwks_uri,
                token_audience=agreed.token_audience,
                product_family=platform.product_family[:255],
            )
        except tenancy.AlreadyRegisteredError:
            raise PageError(
                "already_registered",
                409,
                gettext("This platform is registered already."),
                gettext("Nothing was changed. Use the tool that is there, or remove it first."),
            ) from None
    logger.info(
        "registered iss=%r client_id=%r deployment=%s request=%s",
        agreed.issuer,
        agreed.client_id,
        "allowed" if result.deployment_id else "unknown yet",
        g.request_id,
    )
    allow_framing_by(agreed.issuer, agreed.authorization_endpoint)
    return render_template(
        "public/registered.html",
        issuer=agreed.issuer,
        client_id=agreed.client_id,
        has_deployment=result.deployment_id is not None,
    )


@blueprint.get("/canvas.json")
def canvas() -> ResponseReturnValue:
    """Describe the tool to Canvas, whose administrators enter this address for an LTI key."""
    return jsonify(
        key_configuration(
            services().config.url, scopes=dynamic_registration.SCOPES, description=_description()
        )
    )


def _description() -> str:
    return str(gettext("Peer mentoring between equals, inside your course."))


def _used_up() -> PageError:
    return PageError(
        "invitation_used",
        410,
        gettext("This registration link was used already, or it is older than seven days."),
        gettext("Ask the person who runs Peerloom for a new one."),
    )
