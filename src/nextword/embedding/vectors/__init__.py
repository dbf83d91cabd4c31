"""Words with their vectors: look-ups, similarities, neighbours, analogies."""
