"""RTMFP (RFC 7016, RFC 7425) without a socket: datagrams in, events and datagrams out, both roles.

`client` is the initiator that a prober drives, `server` the responder of the test server. Both keep the layouts
that Flash Player sent, because half of the servers know nothing else.
"""
