"""The network: the only layer that opens connections. Attempts leave observations; nothing here draws conclusions."""
