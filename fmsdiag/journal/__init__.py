"""The journal: what of a run is kept while it goes on, so that a crash or a power cut costs only the step under way.

Its seam is narrow: `open_journal` gives a run its `Journal`, `last_run` gives the last run back.
"""
