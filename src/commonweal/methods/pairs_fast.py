"""The fast reader of plain rows: bytes to codes in one compiled pass, names kept once as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .progress import Progress

if TYPE_CHECKING:
    from .pairs import Columns, Pairs

#: Bytes read at a time.
PIECE = 8 << 20
FINE, NOT_PLAIN = 0, 1


class Names(Sequence[str]):
    """Names in the order of their codes, held as one run of bytes and decoded when asked for."""

    def __init__(self, pool: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._pool, self._ends = pool, ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        n = range(len(self))[index]
        return bytes(self._pool[(self._ends[n - 1] if n else 0) : self._ends[n]]).decode()


class _Interned:
    """Codes for names: a hash table with open addressing that always keeps half of its places free."""

    def __init__(self) -> None:
        self.table = np.full(1 << 16, -1, np.int32)
        self.hashes = np.empty(1 << 15, np.uint64)
        self.ends = np.empty(1 << 15, np.int64)
        self.pool = np.empty(1 << 20, np.uint8)
        self.size = np.zeros(1, np.int64)

    def make_room(self, names: int, text: int) -> None:
        """Room for so many more names of so many bytes in all."""
        count = int(self.size[0])
        used = int(self.ends[count - 1]) if count else 0
        if used + text > len(self.pool):
            self.pool = np.concatenate([self.pool[:used], np.empty(used + text, np.uint8)])
        if count + names > len(self.ends):
            more = np.empty(count + names, np.int64)
            self.ends = np.concatenate([self.ends[:count], more])
            self.hashes = np.concatenate([self.hashes[:count], more.view(np.uint64)])
        if 2 * (count + names) > len(self.table):
            self.table = np.full(1 << (4 * (count + names) - 1).bit_length(), -1, np.int32)
            _refill(self.table, self.hashes, count)

    def parts(self) -> tuple[Any, ...]:
        return self.table, self.hashes, self.ends, self.pool, self.size

    def names(self) -> Names:
        ends = self.ends[: int(self.size[0])].copy()
        return Names(self.pool[: int(ends[-1]) if len(ends) else 0].copy(), ends)


def read_plain(file: Path, places: tuple[int, int, int, int], columns: Columns, progress: Progress) -> Pairs | None:
    """The file's pairs, or None when something in it is not plain (the careful reader then decides)."""
    from .pairs import Pairs

    left = _Interned()
    right = left if columns.shared else _Interned()
    found: list[tuple[NDArray[Any], ...]] = []
    whole, done, rest, first_line = file.stat().st_size, 0, b"", True
    with file.open("rb", buffering=0) as source:
        while True:
            read = source.read(PIECE)
            done += len(read)
            text = rest + read if read else rest + b"\n"
            cut = text.rfind(b"\n") + 1
            text, rest = text[:cut], text[cut:]
            if first_line and cut:
                text, first_line = text.lstrip(b"\xef\xbb\xbf\r\n"), False
                head, text = text[: text.find(b"\n") + 1], text[text.find(b"\n") + 1 :]
                if head.count(b'"') % 2:  # a line break inside a quoted name of a column
                    return None
            if not _decodes(text):
                return None
            part = _piece(text, places, columns, left, right)
            if part is None:
                return None
            found.append(part)
            progress(done / max(1, whole))
            if not read:
                break
    one, two, number = (np.concatenate([part[n] for part in found]) for n in range(3))
    first_names = left.names()
    return Pairs(
        one, two, number if places[2] >= 0 else None, first_names, first_names if columns.shared else right.names()
    )


def _decodes(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode("utf-8")) or not text
    except UnicodeDecodeError:
        return False


def _piece(
    text: bytes, places: tuple[int, int, int, int], columns: Columns, left: _Interned, right: _Interned
) -> tuple[NDArray[Any], ...] | None:
    data = np.frombuffer(text, np.uint8)
    rows = text.count(b"\n")
    both = 2 if columns.shared else 1
    left.make_room(both * rows, len(text))
    right.make_room(both * rows, len(text))
    one, two = np.empty(rows, np.int32), np.empty(rows, np.int32)
    number = np.empty(rows if places[2] >= 0 else 0, np.float64)
    status, count = _parse(data, *places, left.parts(), right.parts(), one, two, number)
    values = number[:count].astype(np.float32)
    if status != FINE or (columns.allowed is not None and not columns.allowed(values.astype(np.float64)).all()):
        return None
    return one[:count], two[:count], values


@njit(cache=True, nogil=True)
def _refill(table, hashes, count):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(table) - 1)
    for n in range(count):
        at = hashes[n] & mask
        while table[at] >= 0:
            at = (at + np.uint64(1)) & mask
        table[at] = n


@njit(cache=True, nogil=True)
def _code(data, begin, end, names):  # type: ignore[no-untyped-def]
    """The code of data[begin:end]; a name not met before gets the next one."""
    table, hashes, ends, pool, size = names
    key = np.uint64(14695981039346656037)
    for k in range(begin, end):
        key = (key ^ np.uint64(data[k])) * np.uint64(1099511628211)  # FNV-1a, then mixed: the table uses the low bits
    key ^= key >> np.uint64(32)
    mask = np.uint64(len(table) - 1)
    at = key & mask
    while table[at] >= 0:
        n = table[at]
        if hashes[n] == key:
            start = ends[n - 1] if n > 0 else np.int64(0)
            if ends[n] - start == end - begin:
                same = True
                for k in range(end - begin):
                    if pool[start + k] != data[begin + k]:
                        same = False
                        break
                if same:
                    return n
        at = (at + np.uint64(1)) & mask
    n = np.int32(size[0])
    start = ends[n - 1] if n > 0 else np.int64(0)
    for k in range(end - begin):
        pool[start + k] = data[begin + k]
    ends[n] = start + end - begin
    hashes[n] = key
    table[at] = n
    size[0] += 1
    return n


@njit(cache=True, nogil=True)
def _decimal(data, begin, end):  # type: ignore[no-untyped-def]
    """A plain decimal of at most 15 digits; −1 for anything else. Exact: both parts of the fraction are whole floats."""
    digits, seen, scale, point = 0.0, 0, 1.0, False
    for k in range(begin, end):
        c = data[k]
        if c == 46 and not point:
            point = True
        elif 48 <= c <= 57:
            digits = 10 * digits + (c - 48)
            seen += 1
            if point:
                scale *= 10
        else:
            return -1.0
    return digits / scale if 0 < seen <= 15 else -1.0


@njit(cache=True, nogil=True)
def _parse(data, first, second, third, width, left, right, one, two, number):  # type: ignore[no-untyped-def]
    """Parse whole lines. Returns the status and the number of rows."""
    row, k, n = 0, 0, len(data)
    while k < n:
        if data[k] == 10 or (data[k] == 13 and k + 1 < n and data[k + 1] == 10):
            k += 1 if data[k] == 10 else 2
            continue
        field, line_ends = 0, False
        while not line_ends:
            begin = k
            while data[k] != 44 and data[k] != 10:
                if data[k] == 34 or data[k] == 0 or (data[k] == 13 and data[k + 1] != 10):
                    return NOT_PLAIN, row
                k += 1
            end = k
            line_ends = data[k] == 10
            if line_ends and end > begin and data[end - 1] == 13:
                end -= 1
            k += 1
            if field == first or field == second or field == third:  # noqa: SIM109 (compiled as it stands)
                while begin < end and (data[begin] == 32 or data[begin] == 9):
                    begin += 1
                while end > begin and (data[end - 1] == 32 or data[end - 1] == 9):
                    end -= 1
                if begin == end:
                    return NOT_PLAIN, row
                if field == first:
                    one[row] = _code(data, begin, end, left)
                elif field == second:
                    two[row] = _code(data, begin, end, right)
                else:
                    number[row] = _decimal(data, begin, end)
                    if number[row] < 0:
                        return NOT_PLAIN, row
            field += 1
        if field != width:
            return NOT_PLAIN, row
        row += 1
    return FINE, row
