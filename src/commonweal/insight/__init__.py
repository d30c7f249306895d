"""Insight: the pulse of a community, from the trail, with its uncertainty and without spying."""
