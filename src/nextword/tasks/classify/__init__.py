"""Texts into classes, by an LSTM that reads them: good or bad reviews, wanted or unwanted messages."""
