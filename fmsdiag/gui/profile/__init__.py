"""A customer profile in the window: who asks and what will be tested, before Run Test is pressed."""
