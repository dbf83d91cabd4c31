"""Sequence tagging: one label for each word of a sentence, and the spans that labels mark."""
