"""Breast tumours: two classes, independent rows, and a claim that the candidate is worse."""
