"""From a stream of ids to sentences of rows."""
