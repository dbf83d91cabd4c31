"""Whole texts, scored level by level."""
