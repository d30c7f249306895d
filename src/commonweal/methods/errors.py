"""What a method says when its input cannot give an honest answer."""

from __future__ import annotations


class BadInput(ValueError):
    """The input is wrong; the message is one line that says what to do. Names the file, row and column when known.

    `row` counts as a text editor does: the first line of the file is row 1.
    """

    def __init__(self, message: str, *, file: str = "", row: int | None = None, column: str | None = None) -> None:
        self.message, self.file, self.row, self.column = message, file, row, column
        where = [file] if file else []
        where += [f"row {row}"] if row is not None else []
        where += [f"column {column}"] if column is not None else []
        super().__init__(f"{', '.join(where)}: {message}" if where else message)
