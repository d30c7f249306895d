"""Communities that come in from other systems."""
