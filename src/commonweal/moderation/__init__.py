"""Moderation: a report, a decision with its reason, an appeal to another steward, and a log that names nobody."""
