"""Two reports beside each other: what fails where, and whose side that points to."""
