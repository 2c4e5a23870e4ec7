"""A run's own traffic as a packet file (pcapng) that Wireshark opens."""
