"""Sockets: the only place of the prober that opens them."""
