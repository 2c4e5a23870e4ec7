"""How each transport is spoken, step by step."""
