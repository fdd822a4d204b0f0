"""Put the classroom together."""

from __future__ import annotations

import secrets

from flask import Flask, Response

from examples.classroom import (
    deep_linking,
    grades,
    names_roles,
    oidc,
    pages,
    registration,
    tokens,
)
from examples.classroom.config import ClassroomConfig
from examples.classroom.keys import SigningKey
from examples.classroom.state import Classroom


def create_classroom(
    config: ClassroomConfig | None = None, signing_key: SigningKey | None = None
) -> Flask:
    """Make a classroom with nothing in it but its people.

    Parameters
    ----------
    config
        The settings; without them those of the demo.
    signing_key
        The key pair that signs id_tokens; without it a new one.

    Returns
    -------
    Flask
        The app. Its memory is ``app.extensions["classroom"]``, a
        `examples.classroom.state.Classroom`.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        # Cookies do not know ports: the name must not meet the tool's.
        SESSION_COOKIE_NAME="classroom",
        SESSION_COOKIE_HTTPONLY=True,
        # Keeps other sites from posting our forms in a person's name.
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.extensions["classroom"] = Classroom(
        config or ClassroomConfig(), signing_key or SigningKey()
    )
    for module in (pages, oidc, registration, tokens, names_roles, grades, deep_linking):
        app.register_blueprint(module.blueprint)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    """Let only our own pages frame us, and run only our own scripts."""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "frame-src http: https:; base-uri 'none'; frame-ancestors 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
