"""Handing a report to support: a preview of what leaves, one file, and what is done with it."""
