"""What people do with the models."""
