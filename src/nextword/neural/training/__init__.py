"""Training: streams, schedules, optimisers, and the loop that yields what happens."""
