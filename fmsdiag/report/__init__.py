"""A finished run as files: first what is hidden, then JSON and Markdown, in words that all readers share."""
