"""The history: the last runs of this computer's user, redacted as saved reports are, in one SQLite file."""
