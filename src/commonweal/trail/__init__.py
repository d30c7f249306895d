"""The append-only record of steps from online contact to offline effect, and what hangs on it.

Other packages import `trail.record`, `trail.link`, `trail.confirm`, `trail.follow_up`, `trail.record_outcome` from
`commonweal.trail.actions` and declare their verbs with `commonweal.trail.verbs`.
"""
