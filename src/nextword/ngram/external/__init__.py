"""Counting text that is larger than memory."""
