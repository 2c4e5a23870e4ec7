"""Rules about ports and traffic that something on the way blocks."""
