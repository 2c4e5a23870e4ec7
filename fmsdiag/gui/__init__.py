"""The window: what people see of a run, and how they start one."""
