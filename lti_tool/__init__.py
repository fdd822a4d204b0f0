"""Peerloom inside the LMS: a Flask tool for LTI 1.3 Advantage platforms."""
