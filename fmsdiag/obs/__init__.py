"""OBS Studio on this computer: the servers in its profiles and the failed connections in its logs; never a stream key."""
