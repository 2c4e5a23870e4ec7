"""Rules about proxies."""
