"""Receipts and the public board: whoever voted can check that their ballot was counted, without trusting the count.

A receipt is H(election ‖ ballot ‖ nonce) with H = SHA-256. The board is the list of all receipts; its Merkle root is
published at close. Hashing follows RFC 6962 section 2.1: a leaf is H(0x00 ‖ leaf), an inner node H(0x01 ‖ left ‖ right),
and a list that is no power of two splits at the largest power of two below its length. An inclusion proof is the list
of neighbours on the way from a leaf to the root.

What it proves: a ballot with this receipt was on the board when the root was published. What it cannot prove: that
the software recorded what was chosen, or that no ballot was added for somebody who did not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ..errors import BadInput

#: Bytes of a nonce. A fixed length keeps `ballot ‖ nonce` from being read in two ways.
NONCE = 32


def receipt(election: str, ballot: str, nonce: bytes) -> bytes:
    """The 32 bytes that stand for a ballot on the board. The nonce is random, secret to its voter, of `NONCE` bytes."""
    if len(nonce) != NONCE:
        raise BadInput(
            f"a nonce has {NONCE} bytes, this one has {len(nonce)}; draw it with secrets.token_bytes({NONCE})"
        )
    return hashlib.sha256(election.encode() + ballot.encode() + nonce).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root of a board. The root of an empty board is the hash of nothing."""
    levels = _levels(leaves)
    return levels[-1][0] if levels[0] else hashlib.sha256(b"").digest()


def proof(leaves: Sequence[bytes], place: int) -> list[tuple[bool, bytes]]:
    """The neighbours from leaf `place` up to the root, each with whether it stands on the left.

    Raises BadInput when there is no such leaf.
    """
    if not 0 <= place < len(leaves):
        raise BadInput(f"the board has {len(leaves)} receipts; there is none at place {place} (the first is 0)")
    path: list[tuple[bool, bytes]] = []
    for level in _levels(leaves)[:-1]:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append((neighbour < place, level[neighbour]))
        place //= 2
    return path


def holds(leaf: bytes, path: Sequence[tuple[bool, bytes]], published: bytes) -> bool:
    """Whether the path leads from the leaf to the published root."""
    node = _leaf(leaf)
    for on_the_left, neighbour in path:
        node = _node(neighbour, node) if on_the_left else _node(node, neighbour)
    return node == published


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All levels from the leaves up; an odd last node moves up unchanged, which is the split of RFC 6962."""
    levels = [[_leaf(leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [_node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
        levels.append([*above, *below[2 * len(above) :]])
    return levels


def _leaf(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
