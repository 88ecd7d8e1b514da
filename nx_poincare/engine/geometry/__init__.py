"""The Poincaré ball in polar form: distances, isometries, half-spaces, means, other models."""
