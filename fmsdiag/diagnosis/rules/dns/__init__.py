"""Rules about names and addresses."""
