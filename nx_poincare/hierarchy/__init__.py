"""Where node names become indices."""
