"""Looks into the candidate: what it uses, and where it goes wrong."""
