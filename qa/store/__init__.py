"""The truth of an index: one SQLite file with every article, version, chunk and vector, and the keyword rows.

`database.py` opens the file, `schema.sql` lays its tables, `rows.py` turns values into rows and back, `store.py` reads
and writes them.
"""

from qa.store.rows import CJK, Counts, Entry, day_range, pairs
from qa.store.store import Store

__all__ = ["CJK", "Counts", "Entry", "Store", "day_range", "pairs"]
