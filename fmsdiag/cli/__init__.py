"""The command line: `fmsdiag test`, `demo`, `serve` and `show`, and the live timeline in the terminal."""
