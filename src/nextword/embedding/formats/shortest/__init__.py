"""Numbers in float32 as text: as few digits as give the same number again, in NumPy's notation."""
