"""Pages for everybody: what this is, and whether it is well."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from lti_tool.web.services import db

blueprint = Blueprint("public", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """Say what this is and where to open it."""
    return render_template("public/front.html")


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Answer 200 when the database answers, for the operator's monitor."""
    db().execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
