"""What each n-gram is worth, and which can go."""
