"""Who answered what: agree (+1), disagree (−1), pass (0). What was not seen is not stored at all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from ..errors import BadInput


@dataclass(frozen=True)
class Votes:
    """Answers of people (rows) to statements (columns), sparse.

    `matrix` is CSR; a stored entry is an answer, and a stored **zero is a pass**, so never call `eliminate_zeros` on it.
    `moderated_out` marks the statements (one flag per column) that a moderator took out.
    """

    people: tuple[Hashable, ...]
    statements: tuple[Hashable, ...]
    matrix: sparse.csr_matrix
    moderated_out: np.ndarray

    @classmethod
    def of(
        cls,
        people: Sequence[Hashable],
        statements: Sequence[Hashable],
        rows: np.ndarray | Sequence[int],
        columns: np.ndarray | Sequence[int],
        answers: np.ndarray | Sequence[int],
        moderated_out: np.ndarray | Sequence[bool] | None = None,
    ) -> Votes:
        """From triples (row, column, answer). When someone answered twice, the later triple counts.

        Raises BadInput on other answers than −1, 0 and 1, and on places outside the lists.
        """
        row, column, answer = (np.asarray(given, dtype=np.int64) for given in (rows, columns, answers))
        if not row.shape == column.shape == answer.shape or row.ndim != 1:
            raise BadInput("give as many rows as columns and answers")
        shape = (len(people), len(statements))
        if len(row) and (row.min() < 0 or row.max() >= shape[0] or column.min() < 0 or column.max() >= shape[1]):
            raise BadInput("an answer belongs to nobody, or to no statement, of the lists given")
        if np.any(np.abs(answer) > 1):
            raise BadInput("an answer is 1 (agree), 0 (pass) or -1 (disagree)")
        keys = row * max(1, shape[1]) + column
        _, last = np.unique(keys[::-1], return_index=True)
        kept = len(keys) - 1 - last
        starts = np.concatenate([[0], np.cumsum(np.bincount(row[kept], minlength=shape[0]))])
        matrix = sparse.csr_matrix((answer[kept].astype(np.int8), column[kept], starts), shape=shape)
        out = np.zeros(shape[1], dtype=bool) if moderated_out is None else np.asarray(moderated_out, dtype=bool)
        if out.shape != (shape[1],):
            raise BadInput("give one moderation flag for each statement")
        return cls(tuple(people), tuple(statements), matrix, out)

    @classmethod
    def from_dense(cls, table: np.ndarray, moderated_out: Sequence[bool] | None = None) -> Votes:
        """From a people × statements array in which not-a-number means unseen."""
        given = np.asarray(table, dtype=float)
        if given.ndim != 2:
            raise BadInput("give a table with people as rows and statements as columns")
        row, column = np.nonzero(~np.isnan(given))
        values = given[row, column]
        if np.any(~np.isin(values, (-1, 0, 1))):
            raise BadInput("an answer is 1 (agree), 0 (pass) or -1 (disagree)")
        return cls.of(range(given.shape[0]), range(given.shape[1]), row, column, values.astype(np.int64), moderated_out)

    @cached_property
    def cast(self) -> np.ndarray:
        """How many answers each person gave, to any statement."""
        return np.diff(self.matrix.indptr)

    def counts(self, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(agrees, disagrees, seen) per statement, among the people of `rows`, or all."""
        matrix = self.matrix if rows is None else self.matrix[rows]
        columns, width = matrix.indices, len(self.statements)
        agrees = np.bincount(columns[matrix.data == 1], minlength=width)
        disagrees = np.bincount(columns[matrix.data == -1], minlength=width)
        return agrees, disagrees, np.bincount(columns, minlength=width)

    def only(self, rows: np.ndarray) -> Votes:
        """The same statements, answered by some of the people (a person may be taken more than once)."""
        return Votes(tuple(self.people[row] for row in rows), self.statements, self.matrix[rows], self.moderated_out)
