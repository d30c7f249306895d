"""Pure algorithms: what Commonweal decides, suggests and claims is computed here, and nowhere else.

A library of its own: it imports numpy, scipy and numba, never Django, and knows nothing of databases. Every function is
deterministic under its seed, takes arrays or plain values, raises `BadInput` with what to do, and returns a result
object that explains itself in a sentence (`sentence`) and in tables (`tables`). `commonweal methods` is its command line.
"""
