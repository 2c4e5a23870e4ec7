"""The history in the window: the list of tests, and what changed since the last one."""
