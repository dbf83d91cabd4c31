"""What a network remembers: its gates, its gradients, and how far back a word still counts."""
