"""Canvas by Instructure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from lti_tool.platforms.dialect import GROUPS, HISTORY, Dialect

HOSTED = {
    "production": ("https://canvas.instructure.com", "https://sso.canvaslms.com"),
    "beta": ("https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com"),
    "test": ("https://canvas.test.instructure.com", "https://sso.test.canvaslms.com"),
}
"""Issuer and host of the endpoints, the same for all hosted schools: doc/api/lti_dev_key_config."""

_LONGEST_NAME = 255
_WORDS = "https://canvas.instructure.com/lti/"
_ID, _NAME = "peerloom", "Peerloom"
# Names, and no address, picture or student number: doc/lti/16_privacy_level.
_PRIVACY = "name_only"
# Seen in the course's menu once a teacher puts it there.
_MENU = {"default_enabled": False, "visibility": "public"}
_DIALOGUE = {"width": 800, "height": 700}


def hosted_endpoints(environment: str) -> dict[str, str]:
    """Give the addresses of a hosted Canvas, by the names of a registration.

    Examples
    --------
    >>> hosted_endpoints("production")["jwks_uri"]
    'https://sso.canvaslms.com/api/lti/security/jwks'
    """
    issuer, host = HOSTED[environment]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{host}/api/lti/authorize_redirect",
        "token_endpoint": f"{host}/login/oauth2/token",
        "jwks_uri": f"{host}/api/lti/security/jwks",
        "product_family": "canvas",
    }


def key_configuration(tool_url: str, *, scopes: Sequence[str], description: str) -> dict[str, Any]:
    """Give what an administrator enters as an LTI key by its address: doc/api/lti_dev_key_config.

    Parameters
    ----------
    tool_url
        Our own address, without a path.
    scopes
        What the tool may ask of the services.
    description
        What administrators and teachers see.
    """
    home = f"{tool_url}/"
    choose = {
        "message_type": "LtiDeepLinkingRequest",
        "target_link_uri": home,
        "text": _NAME,
        "selection_width": _DIALOGUE["width"],
        "selection_height": _DIALOGUE["height"],
    }
    return {
        "title": _NAME,
        "description": description,
        "oidc_initiation_url": f"{tool_url}/lti/login",
        "target_link_uri": home,
        "redirect_uris": [f"{tool_url}/lti/launch"],
        "scopes": list(scopes),
        "public_jwk_url": f"{tool_url}/lti/jwks.json",
        "custom_fields": dict(CANVAS.variables),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(tool_url).netloc,
                "tool_id": _ID,
                "privacy_level": _PRIVACY,
                "settings": {
                    "text": _NAME,
                    "placements": [
                        {
                            "placement": "course_navigation",
                            "message_type": "LtiResourceLinkRequest",
                            "target_link_uri": home,
                            "text": _NAME,
                            "default": "disabled",
                            "visibility": _MENU["visibility"],
                        },
                        {"placement": "link_selection", **choose},
                        {"placement": "assignment_selection", **choose},
                    ],
                },
            }
        ],
    }


def read_section_names(text: str) -> tuple[str, ...] | None:
    """Read the names of sections, a list in JSON; None if it is something else.

    Examples
    --------
    >>> read_section_names('["Monday, early", "Lab 2"]')
    ('Monday, early', 'Lab 2')
    """
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(names, list):
        return None
    lines = (_line(name) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(name: str) -> str:
    """Give a name as one line; a text inside of a text may hide what was cleaned outside."""
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(seen.split())[:_LONGEST_NAME].rstrip()


CANVAS = Dialect(
    name="Canvas",
    families=frozenset({"canvas"}),
    variables={
        HISTORY: "$Context.id.history",
        # A list in JSON, as one text: doc/api/tools_variable_substitutions.
        GROUPS: "$com.instructure.User.sectionNames",
    },
    split_groups=read_section_names,
    # `rlid` with the course's own LTI id is the whole course; with the id of an assignment it would
    # be those only who have that assignment: app/controllers/lti/ims/names_and_roles_controller.rb.
    asks_roster_by_context=True,
    # Without it a new column is an assignment that opens a tool: doc/api/line_items.
    column_extension={"https://canvas.instructure.com/lti/submission_type": {"type": "none"}},
    # Otherwise each score is a new attempt of the student, and it covers what a teacher wrote:
    # app/controllers/lti/ims/scores_controller.rb, doc/api/score.
    score_extension={
        "https://canvas.instructure.com/lti/submission": {
            "new_submission": False,
            "prioritize_non_tool_grade": True,
        }
    },
    # Its own words for dynamic registration: doc/api/registration.
    tool_extension={
        f"{_WORDS}privacy_level": _PRIVACY,
        f"{_WORDS}tool_id": _ID,
        f"{_WORDS}vendor": _NAME,
    },
    message_extensions={
        "LtiResourceLinkRequest": {
            "label": _NAME,
            "placements": [f"{_WORDS}course_navigation"],
            f"{_WORDS}course_navigation/default_enabled": _MENU["default_enabled"],
            f"{_WORDS}visibility": _MENU["visibility"],
        },
        "LtiDeepLinkingRequest": {
            "placements": [f"{_WORDS}link_selection", f"{_WORDS}assignment_selection"],
            f"{_WORDS}launch_width": _DIALOGUE["width"],
            f"{_WORDS}launch_height": _DIALOGUE["height"],
        },
    },
)
