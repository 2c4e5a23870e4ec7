"""The details pane: one row in words, messages, bytes and facts."""
