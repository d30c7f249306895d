"""Proposals and their sealed ballots, what was decided and by when it is done, and opinion maps."""
