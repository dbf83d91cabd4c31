"""Smoothings that ask a shorter context only about words that a longer one has not seen."""
