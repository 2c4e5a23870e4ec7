"""Lines of evidence, what earns a confidence and what is excluded: each worded once for all rules."""
