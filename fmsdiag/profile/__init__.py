"""Customer profiles: their files and links, what is allowed in them, the runs that they ask for, and what they say in words."""
