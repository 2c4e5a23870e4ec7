"""How much the deep tests do at most; said before a run, so that window and command line need nothing else of them."""

BURST = 10
"""Connections in quick succession."""
HELD = 12
"""Connections held open at once."""
UPLOAD_BYTES = 64 << 10
"""Of data messages, sent once."""
FLOWS_AT_FIRST, FLOWS = 8, 24
"""Equal connections from different local ports; more where some of the first ones fail, or for the deep tests."""
