"""The verdict card: what is wrong, how that is known, who does what."""
