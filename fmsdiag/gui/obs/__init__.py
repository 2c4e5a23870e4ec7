"""OBS Studio in the window: a profile of it fills the form."""
