"""Introductions that open with two yeses, and circles: the same few people, six times."""
