"""What a cell prints, however much it is: the beginning and the end of it."""

import os
from pathlib import Path

KEPT = 64 * 1024
"""Bytes that are kept of the beginning, and as many of the end."""


class Output:
    """A file that a cell appends to, and that is kept small meanwhile."""

    def __init__(self, path: Path):
        self.path = path
        self.head, self.left_out = b"", 0

    def trim(self, limit: int = 16 * KEPT) -> None:
        """Cut the file down to its end, once it is longer than `limit`; its beginning is remembered."""
        try:
            size = self.path.stat().st_size
            if size <= limit:
                return
            with self.path.open("rb") as file:
                if not self.head:
                    self.head = file.read(KEPT)
                    self.left_out -= KEPT
                file.seek(max(size - KEPT, 0))
                tail = file.read(KEPT)
            os.truncate(self.path, 0)  # its writer appends, and so goes on at the new end
            with self.path.open("ab") as file:
                file.write(tail)
            self.left_out += size - len(tail)
        except OSError:  # not there yet
            return

    def text(self) -> str:
        """Give what was printed, the middle left out where it was too much."""
        self.trim(limit=2 * KEPT)
        tail = self.path.read_bytes() if self.path.exists() else b""
        gap = f"\n[… {self.left_out:,} bytes left out …]\n".encode() if self.left_out > 0 else b""
        return (self.head + gap + tail).decode(errors="replace")
