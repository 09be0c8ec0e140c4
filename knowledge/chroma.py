"""Chroma, embedded or by HTTP; the only file that sees its types.

Run as a program it is the owner of an embedded index: random bytes in Chroma's files can end a process, so
that process is never the server's own. It reads one JSON request a line and answers each with one line.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings

_BATCH = 4000
_PREFIX = "coach-"


class Collection:
    """One generation's units in Chroma, known by their row number."""

    def __init__(self, client: ClientAPI) -> None:
        self._client = client
        self._collection: Any = None

    def serve(self, fingerprint: str, vectors_file: str, files: Sequence[str]) -> None:
        """Open the collection with this fingerprint, filling it when it is not there whole; drop the others.

        `vectors_file` is a .npy file, float32 [units, dimensions].
        """
        name = f"{_PREFIX}{fingerprint}"
        for other in self._client.list_collections():
            if other.name.startswith(_PREFIX) and other.name != name:
                self._client.delete_collection(other.name)
        self._collection = self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "ip", "ef_search": 200}}
        )
        if self._collection.count() != len(files):
            self._fill(np.load(vectors_file, mmap_mode="r"), files)
        # Ask once at once: damage shows when the index is first read.
        self.query([1.0] + [0.0] * (self._width(vectors_file) - 1), 1, None)

    def _fill(self, vectors: Any, files: Sequence[str]) -> None:
        for start in range(0, len(files), _BATCH):
            rows = range(start, min(start + _BATCH, len(files)))
            self._collection.upsert(
                ids=[str(row) for row in rows],
                embeddings=np.asarray(vectors[start : rows.stop]),
                metadatas=[{"file": files[row]} for row in rows],
            )

    @staticmethod
    def _width(vectors_file: str) -> int:
        return int(np.load(vectors_file, mmap_mode="r").shape[1])

    def query(self, vector: Sequence[float], count: int, files: Sequence[str] | None) -> list[int]:
        """Rows of the nearest units, of these files only unless None."""
        where: Any = None if files is None else {"file": {"$in": list(files)}}
        found = self._collection.query(query_embeddings=[vector], n_results=count, where=where, include=[])
        return [int(row) for row in found["ids"][0]]


def _handle(collection: Collection, request: Mapping[str, Any]) -> Any:
    if request["do"] == "serve":
        return collection.serve(request["fingerprint"], request["vectors"], request["files"])
    return collection.query(request["vector"], request["count"], request["files"])


def connect(url: str) -> Collection:
    """A collection on a Chroma server (`chroma run`), by its http address."""
    host, _, port = url.split("://", 1)[1].rstrip("/").partition(":")
    settings = Settings(anonymized_telemetry=False)
    client = chromadb.HttpClient(host=host, port=int(port or 8000), ssl=url.startswith("https"), settings=settings)
    return Collection(client)


def main() -> None:
    """Serve the index in the folder named by the first argument until standard input ends."""
    collection = Collection(chromadb.PersistentClient(sys.argv[1], settings=Settings(anonymized_telemetry=False)))
    for line in sys.stdin:
        try:
            answer = {"answer": _handle(collection, json.loads(line))}
        except Exception as error:
            answer = {"error": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
