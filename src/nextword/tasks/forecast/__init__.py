"""Forecasting: the next numbers of a series, by an LSTM that reads the last ones."""
