"""Files of vectors, read and written."""
