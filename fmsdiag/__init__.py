"""fmsdiag tells why an RTMP player cannot connect to its media server."""

__version__ = "0.1.0"
