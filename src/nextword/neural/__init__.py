"""Neural language models: the fixed window, the RNN, the GRU and the LSTM; trained by PyTorch, asked without it."""
