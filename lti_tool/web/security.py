"""Headers that hold the browser to what our pages need, and the hosts we answer for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import LengthRequired
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from lti_tool.config import Config
from lti_tool.store.models import Registration
from lti_tool.web.windows import WindowStorage

_SOURCES = (
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "script-src 'self'",
    "style-src 'self'",
)
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
_LARGEST_BODY = 256 * 1024
# A lecture hall behind one address opens the tool at once; a flood is far above it.
_RATE = "600 per minute"


def init_app(app: Flask, config: Config) -> None:
    """Set the headers of every answer, the hosts, the proxies and the largest body."""
    app.config["TRUSTED_HOSTS"] = [urlsplit(config.url).hostname or ""]
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_BODY
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    app.extensions["peerloom_https"] = config.is_secure
    app.extensions["peerloom_limiter"] = Limiter(
        get_remote_address, app=app, storage_uri=f"{WindowStorage.STORAGE_SCHEME[0]}://"
    )
    app.before_request(_require_length)
    app.after_request(_set_headers)


def limit_rate(app: Flask, blueprint: Blueprint) -> None:
    """Limit how often one address may call the pages that need no visit."""
    app.extensions["peerloom_limiter"].limit(_RATE)(blueprint)


def allow_framing(registration: Registration) -> None:
    """Let this answer be shown inside the pages of one platform, and of nobody else.

    Canvas shares one issuer among all its customers, so the issuer alone is not enough: the place
    where its people sign in counts too.
    """
    allow_framing_by(registration.issuer, registration.authorization_endpoint)


def allow_framing_by(*addresses: str) -> None:
    """Let this answer be shown inside pages of the origins of these addresses."""
    found = dict.fromkeys(origin(address) for address in addresses)
    g.frame_ancestors = tuple(one for one in found if one) or ("'none'",)


def allow_framing_anywhere() -> None:
    """Let this answer be shown in any frame: for refusals, which hold nothing to click or to read.

    A platform shows them in its own frame, also where we cannot tell any more which one it is.
    """
    g.frame_ancestors = ("*",)


def allow_form_to(address: str) -> None:
    """Let a form of this answer go to `address`: the platform's deep linking return address."""
    g.form_action = origin(address)


def origin(address: str) -> str:
    """Give scheme, host and port of a web address, or nothing for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    # What could end a directive of the policy never enters it.
    if any(sign in parts.netloc for sign in "; ,'\"@\\") or not parts.netloc.isascii():
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _require_length() -> None:
    # No browser sends a form in chunks. A broken one would be found by the server in the middle
    # of our reading, as a fault of ours.
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired


def _set_headers(response: Response) -> Response:
    if "visit" in g and "frame_ancestors" not in g:
        allow_framing(g.visit.membership.context.deployment.registration)
    policy = (
        *_SOURCES,
        " ".join(("form-action 'self'", g.get("form_action", ""))).strip(),
        " ".join(("frame-ancestors", *g.get("frame_ancestors", ("'none'",)))),
    )
    headers = response.headers
    headers["Content-Security-Policy"] = "; ".join(policy)
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Permissions-Policy"] = _PERMISSIONS
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if current_app.extensions["peerloom_https"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
