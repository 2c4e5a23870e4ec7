"""fmsdiag as on a system that tells a program neither who sent an ICMP error nor from how far a packet came.

    python -m tests.lab.blind test rtmp://media.example.net/live

What it says of a place must be right or unknown, never wrong.
"""

from __future__ import annotations

import sys

from fmsdiag.__main__ import main
from fmsdiag.probe.sockets.icmp import FACILITIES

if __name__ == "__main__":
    FACILITIES.error_queue = FACILITIES.least_ttl = False
    sys.exit(main())
