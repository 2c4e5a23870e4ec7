"""Reports as files: save, export, print, open, drop."""
