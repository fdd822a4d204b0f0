"""The pages and addresses of the tool, one module for each audience."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from lti_tool.config import Config
from lti_tool.web import (
    course,
    errors,
    languages,
    launch,
    partner,
    people,
    place,
    profile,
    public,
    register,
    security,
    services,
    visits,
)


def init_app(app: Flask, config: Config) -> None:
    """Give the application its settings, its guards and its pages."""
    parts = urlsplit(config.url)
    app.config["SERVER_NAME"] = parts.netloc
    app.config["PREFERRED_URL_SCHEME"] = parts.scheme
    services.init_app(app, config)
    languages.init_app(app)
    security.init_app(app, config)
    errors.init_app(app)
    public.init_app(app)
    launch.init_app(app)
    register.init_app(app)
    visits.init_app(app)
    for page in (course, people, partner, profile, place):
        app.register_blueprint(page.blueprint)
