"""A trained network asked without PyTorch: plain NumPy, with kernels where it is hot."""
