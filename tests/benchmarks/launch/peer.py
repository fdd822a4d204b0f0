"""PyLTI1p3 as its documentation builds a Flask tool, with a cache of its own choice behind it.

Kinder to it than its example: the configuration is read once, the platform's keys are cached, and
the page is one line. The settings are one JSON document in the environment.
"""

from __future__ import annotations

import json
import os

from flask import Flask, render_template
from flask_caching import Cache
from pylti1p3.contrib.flask import (
    FlaskCacheDataStorage,
    FlaskMessageLaunch,
    FlaskOIDCLogin,
    FlaskRequest,
)
from pylti1p3.tool_config import ToolConfDict

settings = json.loads(os.environ["PEER_SETTINGS"])
app = Flask(__name__)
app.config.update(settings["cache"], SECRET_KEY="only for this race")
cache = Cache(app)
page = app.jinja_env.from_string("<!doctype html>\n<title>Peer</title>\n<p>You are {{ name }}.")
tool = ToolConfDict(
    {
        settings["issuer"]: [
            {
                "default": True,
                "client_id": settings["client_id"],
                "auth_login_url": f"{settings['issuer']}/auth",
                "auth_token_url": f"{settings['issuer']}/token",
                "key_set_url": settings["jwks_uri"],
                "key_set": None,
                "deployment_ids": [settings["deployment_id"]],
            }
        ]
    }
)


@app.get("/lti/login")
def login():
    request = FlaskRequest()
    step = FlaskOIDCLogin(request, tool, launch_data_storage=FlaskCacheDataStorage(cache))
    return step.redirect(request.get_param("target_link_uri"))


@app.post("/lti/launch")
def launch():
    storage = FlaskCacheDataStorage(cache)
    step = FlaskMessageLaunch(FlaskRequest(), tool, launch_data_storage=storage)
    step.set_public_key_caching(storage)
    return render_template(page, name=step.get_launch_data()["name"])
