"""Launches: third-party login initiation, the authorization endpoint and its form post."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from examples.classroom.claims import deep_linking_claims, launch_claims
from examples.classroom.course import Person
from examples.classroom.session import (
    current_person,
    instructor_required,
    person_required,
    post_again_with_cookie,
    post_from_browser,
    refuse,
    session_id,
    this_classroom,
)
from examples.classroom.state import ResourceLink, Ticket, Tool
from examples.classroom.vocabulary import (
    PLATFORM_CONFIGURATION,
    SCOPES,
)

blueprint = Blueprint("oidc", __name__)


@blueprint.get("/.well-known/openid-configuration")
def openid_configuration() -> ResponseReturnValue:
    """Describe this platform, for dynamic registration."""
    url = this_classroom().config.url
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/lti/authorize",
        "token_endpoint": f"{url}/lti/token",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{url}/lti/jwks.json",
        "registration_endpoint": f"{url}/lti/register",
        "scopes_supported": ["openid", *SCOPES],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "sub", "name", "email"],
        PLATFORM_CONFIGURATION: {
            "product_family_code": "classroom",
            "version": "1",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["Context.id", "Context.title", "User.id", "Person.address.timezone"],
        },
    }


@blueprint.get("/lti/jwks.json")
def key_set() -> ResponseReturnValue:
    """Give the public key that checks our tokens."""
    return this_classroom().signing_key.public_set(), {"Cache-Control": "max-age=600"}


@blueprint.get("/lti/launch/<link_id>")
@person_required
def launch(link_id: str) -> ResponseReturnValue:
    """Start a launch of an activity."""
    link = this_classroom().links.get(link_id)
    if link is None:
        refuse("There is no such activity.", 404)
    return _initiate(link.client_id, link, link.url)


@blueprint.get("/lti/deep-link/<client_id>")
@instructor_required
def deep_link(client_id: str) -> ResponseReturnValue:
    """Start a deep linking dialogue: the tool is asked what to put into the course."""
    tool = this_classroom().tool_of(client_id)
    if tool is None or tool.deep_link_uri is None:
        refuse("This tool has nothing to choose from.", 404)
    return _initiate(client_id, None, tool.deep_link_uri)


def _initiate(client_id: str, link: ResourceLink | None, target: str) -> str:
    classroom = this_classroom()
    tool = classroom.tool_of(client_id)
    person = current_person()
    if tool is None or person is None:
        refuse("The administrator has not activated this tool.", 403)
    ticket = Ticket(
        person=person,
        session_id=session_id(),
        client_id=client_id,
        target_link_uri=target,
        link=link,
        expires_at=classroom.now() + classroom.config.launch_lifetime,
    )
    fields = {
        "iss": classroom.config.url,
        "login_hint": person.id,
        "target_link_uri": target,
        "lti_message_hint": classroom.add_ticket(ticket),
        "client_id": tool.client_id,
        "lti_deployment_id": tool.deployment_id,
    }
    if classroom.config.storage_target:
        fields["lti_storage_target"] = classroom.config.storage_target
    return post_from_browser(tool.initiate_login_uri, fields, f"Opening {tool.name}")


@blueprint.route("/lti/authorize", methods=["GET", "POST"])
def authorize() -> ResponseReturnValue:
    """Answer an authentication request with an id_token.

    What cannot be trusted at all ends here, on an error page. What comes from a registered
    address but is wrong goes back to the tool as an ``error`` post.
    """
    again = post_again_with_cookie()
    if again is not None:
        return again
    asked = request.values
    classroom = this_classroom()
    person = current_person()
    ticket = classroom.take_ticket(asked.get("lti_message_hint", ""), session_id())
    if person is None or ticket is None:
        refuse("This launch is used up, too old, or belongs to another session. Open it again.")
    tool = classroom.tool_of(ticket.client_id)
    if tool is None or asked.get("redirect_uri") not in tool.redirect_uris:
        refuse("The tool asks to be answered at an address that is not registered.")
    _check_request()
    error = _error_for_tool(tool, ticket, person)
    if error is not None:
        code, description = error
        fields = {"error": code, "error_description": description}
    elif ticket.link is None:
        claims = deep_linking_claims(classroom, tool, person, ticket.target_link_uri)
        fields = {"id_token": classroom.signing_key.sign(claims | {"nonce": asked["nonce"]})}
    else:
        claims = launch_claims(classroom, tool, person, ticket.link)
        fields = {"id_token": classroom.signing_key.sign(claims | {"nonce": asked["nonce"]})}
    if "state" in asked:
        fields["state"] = asked["state"]
    return post_from_browser(asked["redirect_uri"], fields, f"Opening {tool.name}")


def _check_request() -> None:
    if request.values.get("response_type") != "id_token":
        refuse("response_type must be id_token.")
    if request.values.get("scope") != "openid":
        refuse("scope must be openid.")
    if not request.values.get("nonce"):
        refuse("The nonce is missing.")


def _error_for_tool(tool: Tool, ticket: Ticket, person: Person) -> tuple[str, str] | None:
    asked = request.values
    if asked.get("client_id") != tool.client_id:
        return "unauthorized_client", "This launch was started for another client."
    if asked.get("response_mode") != "form_post":
        return "invalid_request", "response_mode must be form_post."
    if asked.get("prompt") != "none":
        return "invalid_request", "prompt must be none."
    if asked.get("login_hint") != person.id or ticket.person.id != person.id:
        return "access_denied", "login_hint names another person."
    return None
