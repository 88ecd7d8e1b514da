"""Node attributes: written, read, flattened for other programs."""
