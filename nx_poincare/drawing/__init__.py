"""The Poincaré disk as a picture."""
