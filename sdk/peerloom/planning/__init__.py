"""Rounds to come: which remain possible, and how to plan them. It knows indices, not people."""
