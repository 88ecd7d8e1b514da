"""Pictures and films on matplotlib, and pages to walk through."""
