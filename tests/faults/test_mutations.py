"""Mutated files of every kind, in a process of its own (see mutations.py). FOOTNOTE_MUTATIONS sets another number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

COUNT = int(os.environ.get("FOOTNOTE_MUTATIONS", "450"))


def test_mutated_files_are_read_or_refused_and_touch_nothing(tmp_path):
    script = Path(__file__).with_name("mutations.py")
    command = [sys.executable, "-W", "error", str(script), str(COUNT), "7", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]  # a file that hangs ends the process with its trace
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["crashed"] == []
    assert told["touched"] == []
    assert sum(told["outcomes"].values()) == COUNT
    kinds = {outcome.split()[0] for outcome in told["outcomes"]}
    read, refused = ({kind for kind in kinds if f"{kind} {word}" in told["outcomes"]} for word in ("read", "refused"))
    assert read == kinds  # the mutations are mild enough to get past the first check of every kind,
    assert len(refused) > len(kinds) / 2  # and wild enough to break most
