"""A verdict in 14 characters for the telephone, and the outcome whole in a QR code. docs/verdict-code.md has the format."""
