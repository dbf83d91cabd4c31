"""Smoothings whose weights are fitted on held-out text."""
