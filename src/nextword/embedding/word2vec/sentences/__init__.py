"""Whole sentences, centre by centre."""
