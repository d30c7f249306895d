"""Counting ballots: every rule of `docs/methods/tallies.md`, exact, explained round by round, ties always reported.

Each method is a module with one function `count` (or a named one) that takes ballots from `profile` and returns a
`results.Tally`. Ballots come from files through `reading`, `preflib` and `pabulib`, or from arrays through
`profile.ranked` and `profile.scored`.
"""
