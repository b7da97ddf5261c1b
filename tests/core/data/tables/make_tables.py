# SPDX-License-Identifier: Apache-2.0
"""Tables that Python's csv writes, with the cells that it reads, for tst_cell_reader.

Usage: make_tables.py FOLDER [COUNT]   (Python 3.11.7; 8 are committed, 500 are compared by hand)

NNN_S.csv, where S is the separator's code, and NNN_S.cells: of each row the number of its cells,
of each cell its length and its bytes; numbers have 32 bits, little-endian.
"""

import csv
import random
import struct
import sys
from pathlib import Path

PIECES = ["a", "0", "1.5", "-2e3", "", " ", '"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\u00fc",
          "\u65e5", "'", "\\", "x y", "=1+1", "nan"]


def cell(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(4)))


def main(folder, count):
    rng = random.Random(4)
    for i in range(count):
        separator = rng.choice(",;\t|")
        rows = [[cell(rng) for _ in range(rng.randrange(1, 6))] for _ in range(rng.randrange(1, 8))]
        path = folder / f"{i:03}_{ord(separator)}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(
                file,
                delimiter=separator,
                quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
                lineterminator=rng.choice(["\n", "\r\n"]),
            ).writerows(rows)
        with open(path, newline="", encoding="utf-8") as file:
            read = [row for row in csv.reader(file, delimiter=separator) if row]
        out = b""
        for row in read:
            out += struct.pack("<I", len(row))
            for text in row:
                out += struct.pack("<I", len(text.encode())) + text.encode()
        path.with_suffix(".cells").write_bytes(out)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target, int(sys.argv[2]) if len(sys.argv) > 2 else 8)
