"""Rules about TLS and certificates."""
