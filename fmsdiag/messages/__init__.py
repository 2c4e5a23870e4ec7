"""Texts and how they are written for a reader: tables of messages, languages, formats."""
