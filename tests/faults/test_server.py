"""The index on a Chroma server of its own address, which goes away in the middle."""

from __future__ import annotations

import gc
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from word_model import found, word_library

from qa.errors import IndexUnusable
from qa.indexing.library import problems
from qa.sync import repair, sync

CHROMA = shutil.which("chroma", path=str(Path(sys.executable).parent))


# chromadb never closes the connections of its HTTP client; they are closed when it is collected, with a warning.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
@pytest.mark.skipif(CHROMA is None, reason="the chroma command is not installed beside this Python")
def test_index_on_a_server_answers_until_the_server_goes(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(CHROMA), "run", "--path", str(tmp_path / "server"), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "a.txt").write_text("Harbour closed\n\nThe harbour was closed on Monday.")
        (folder / "b.txt").write_text("Wheat dear\n\nWheat was dear in spring.")
        url = f"http://127.0.0.1:{port}"
        one = word_library(tmp_path / "one", chroma_url=url)
        two = word_library(tmp_path / "two", chroma_url=url)
        assert sync(one, [str(folder)]).added == 2
        assert sync(two, [str(folder / "b.txt")]).added == 1
        assert found(one, "harbour closed", 1) == ["Harbour closed"]
        assert found(two, "harbour closed") == ["Wheat dear"]  # two indexes on one server do not mix
        repair(one)
        assert found(one, "wheat dear spring", 1) == ["Wheat dear"]
        assert problems(one) == problems(two) == []
        assert not (tmp_path / "one" / "chroma").exists()
    finally:
        server.terminate()
        server.wait(timeout=20)
    with pytest.raises(IndexUnusable, match=url) as refused:
        found(one, "harbour")
    assert "chroma run" in refused.value.hint
    one.close()
    two.close()
    del one, two, refused
    gc.collect()
