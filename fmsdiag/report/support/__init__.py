"""What is handed to support: one archive with the report in the formats that a help desk can open, and reading it again."""
