"""The inner loops, compiled by numba on first use. Imported inside functions only: numba takes a second to load."""
