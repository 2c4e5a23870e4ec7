"""The form: what a user enters, checked field by field."""
