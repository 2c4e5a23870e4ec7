"""Rules about the quality of the path."""
