"""The ceiling: a Flask application that reads what a launch sends, and does nothing with it."""

from __future__ import annotations

from flask import Flask, request

app = Flask(__name__)


@app.get("/lti/login")
def login():
    return "ok" if request.args["iss"] else "no"


@app.post("/lti/launch")
def launch():
    return "ok" if request.form["id_token"] else "no"
