"""Proxies: which there are, and connections through them."""
