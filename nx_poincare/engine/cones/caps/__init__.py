"""Nested caps: the closed form in three and more dimensions."""
