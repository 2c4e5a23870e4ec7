"""From observations to causes: pure rules over what was seen. Opens no connection, knows no protocol."""
