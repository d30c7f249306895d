"""Campaigns: one thing to change, the pledges and shifts that change it, and what came of it."""
