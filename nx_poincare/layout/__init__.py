"""Positions for the eye."""
