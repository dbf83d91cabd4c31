"""The colours of heat maps, the same on the page and in the picture."""

OPEN = ("#f7f5f0", "#9fc7bd", "#1f7a6b", "#0b3b36")
"""Gates, from closed to open."""
SIGNED = ("#2c5f8a", "#a9c4dc", "#f7f5f0", "#e2ab94", "#a4371a")
"""Memories, from below zero to above."""
