"""Reading and writing: streams, whole files or none, arrays, checkpoints."""
