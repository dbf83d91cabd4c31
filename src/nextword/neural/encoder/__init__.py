"""An encoder: a sequence of vectors in, what an LSTM makes of each of them in its sentence out."""
