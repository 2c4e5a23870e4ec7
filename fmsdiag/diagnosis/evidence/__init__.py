"""Queries over what a run observed; they write no sentence."""
