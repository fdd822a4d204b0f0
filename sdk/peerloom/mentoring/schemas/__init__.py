"""The door for what a programme file or a page holds about mentoring: plain data, there and back.

Each module has the schemas of one module of `peerloom.mentoring`. They dump to data that is ready
for JSON and load it back equal; an unknown key is refused.
"""
