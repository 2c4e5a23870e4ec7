"""Text from outside made harmless to look at: see fmsdiag.messages.visible."""

from fmsdiag.messages.visible import one_line, visible

__all__ = ["one_line", "visible"]
