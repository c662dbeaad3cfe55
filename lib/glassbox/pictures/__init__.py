"""Painters: what the chapters show and learn from, with what is in it known exactly.

A topic's helpers do not know them; its figures, examples and chapter do.
"""
