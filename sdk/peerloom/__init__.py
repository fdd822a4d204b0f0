"""Peer mentoring between equals: pair people fairly, say why, and find them a time to meet."""
