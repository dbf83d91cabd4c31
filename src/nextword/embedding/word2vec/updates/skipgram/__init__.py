"""Skip-gram: every word of the window is an example of its own."""
