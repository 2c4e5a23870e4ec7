"""Sans-IO engines of the RTMP family: bytes in, events out, and bytes to write; both roles.

Nothing in here opens a socket, reads a clock or imports anything else of fmsdiag. Import the module
that holds what you need (session, rtmpt, netconnection, …); this file re-exports nothing.
"""
