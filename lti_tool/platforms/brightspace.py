"""Brightspace by D2L."""

from __future__ import annotations

from lti_tool.platforms.dialect import Dialect

BRIGHTSPACE = Dialect(
    name="Brightspace",
    families=frozenset({"desire2learn"}),
    known_by="//auth.brightspace.com/",
    # The same for every school, and never the token endpoint; the form "Register tool" calls it
    # "OAuth2 Audience": hypothesis/lms, product/d2l.
    audience="https://api.brightspace.com/auth/token",
)
