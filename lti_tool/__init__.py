"""Peerloom inside the LMS: a Flask tool for LTI 1.3 Advantage platforms."""

from __future__ import annotations

from flask import Flask

from lti_tool import web
from lti_tool.config import Config

__all__ = ["create_app"]


def create_app(config: Config | None = None) -> Flask:
    """Make the web application.

    Parameters
    ----------
    config
        The settings. Default: those of the environment, see `lti_tool.config.Config`.

    Raises
    ------
    lti_tool.config.ConfigError
        For a setting that cannot be used; the message names its environment variable.
    """
    app = Flask("lti_tool.web")
    web.init_app(app, config or Config.from_environment())
    return app
