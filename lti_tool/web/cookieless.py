"""Launches in browsers that keep no cookie of ours inside the frame of another site.

The login must come back to the browser that began it. Where a cookie cannot prove that, a page of
ours begins the login: it puts the browser's secret where the platform keeps data for us, or stays
open itself while the login goes on in a new tab. After the platform's answer a second page fetches
the secret from there and posts the answer again with it. No secret ever stands in an address.
"""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lti_tool import lti
from lti_tool.store import models
from lti_tool.web.security import allow_framing, origin

# A token in its compact form; it stands in a page of ours before anybody has checked it.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")


def needs_help(asked: lti.LoginRequest) -> bool:
    """Tell whether the browser may lose our cookie: in a frame, or where storage is offered."""
    is_framed = request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}
    return is_framed or asked.storage_target is not None


def is_own_page() -> bool:
    """Tell whether a page of ours sent this request; every browser since 2023 says so itself."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def posted_secret() -> str:
    """Give the secret that our own page posted; from any other page it proves nothing.

    A stranger knows the secret of a login that they began themselves, and could post it with their
    own launch from a page of theirs: the victim would go on in the stranger's name.
    """
    return request.form.get("browser", "") if is_own_page() else ""


def can_ask_page(pending: models.PendingLaunch) -> bool:
    """Tell whether our page could still find the secret of this login and post it."""
    return (
        pending.is_assisted
        and "browser" not in request.form
        and _TOKEN.fullmatch(request.form.get("id_token", "")) is not None
    )


def starting_page(
    registration: models.Registration,
    asked: lti.LoginRequest,
    *,
    address: str,
    state: str,
    browser: str,
    is_tab: bool,
) -> ResponseReturnValue:
    """Show the page that keeps the browser's secret, then goes to the platform at `address`."""
    allow_framing(registration)
    again = {
        "iss": asked.issuer,
        "login_hint": asked.login_hint,
        "target_link_uri": asked.target_link_uri,
        "client_id": asked.client_id,
        "lti_message_hint": asked.message_hint,
        "lti_deployment_id": asked.deployment_id,
        "state": state,
        "browser": browser,
    }
    return render_template(
        "public/starting.html",
        address=address,
        again={name: value for name, value in again.items() if value is not None},
        is_tab=is_tab,
        **_storage(registration, asked.storage_target, state),
    )


def returning_page(
    registration: models.Registration, pending: models.PendingLaunch, state: str
) -> ResponseReturnValue:
    """Show the page that fetches the browser's secret and posts the platform's answer with it."""
    return render_template(
        "public/returning.html",
        state=state,
        id_token=request.form["id_token"],
        **_storage(registration, pending.storage_target, state),
    )


def _storage(registration: models.Registration, target: str | None, state: str) -> dict[str, str]:
    """Where the platform keeps data for us: its frame, the only origin to talk to, and our key."""
    return {
        "storage_target": target or "",
        # Whoever is named in a request could listen; the registration names who may.
        "storage_origin": origin(registration.authorization_endpoint),
        "storage_key": f"peerloom_{lti.fingerprint(state)[:16]}",
    }
