"""The embedded test server: RTMP, RTMPS, RTMPT, HTTP and the administration ping, with faults on demand.

service.py is the way in for `fmsdiag serve`, demo.py for `fmsdiag demo`; this file re-exports nothing.
"""
