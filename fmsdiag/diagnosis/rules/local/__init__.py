"""Rules about this computer and its network."""
