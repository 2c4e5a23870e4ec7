"""Rules about the server and its answers."""
