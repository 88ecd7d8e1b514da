"""The interactive page: its content, its encoding, its HTML."""
