"""Spans that tags mark: names, chunks, and whatever else takes several words."""
