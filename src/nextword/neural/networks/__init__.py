"""The networks, one a file: what each remembers of the words so far."""
