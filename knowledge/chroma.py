"""Chroma, embedded or by HTTP; the only file that sees its types.

It is run as a program, in a process of its own: random bytes in an embedded index can end a process, a server that
does not answer can hold one up for ever, and neither may happen to the coach. It reads one JSON request a line and
answers each with one line.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings

_BATCH = 4000
_PREFIX = "coach-"
#: How many units a search looks at, at least, and one of how many in a large library: with fewer, more than one of a
#: hundred nearest is missed among 100,000 (`docs/evaluation.md`); to build finer graphs would take far longer.
_LEAST_LOOKED_AT, _LOOKED_AT_ONE_OF = 200, 32
#: When the last process went over from a collection to another, in seconds since 1970; 0 while it is in use.
_LEFT = "left"
#: How many rows are asked for when an index is tried.
_TRIED = 100


class Collection:
    """One generation's units in Chroma, known by their row number.

    Its name says whose it is and what it holds: `prefix` is the installation's, the rest the units' fingerprint.
    """

    def __init__(self, connect: Callable[[], ClientAPI], prefix: str) -> None:
        self._connect = connect
        self._prefix = prefix
        self._client: Any = None
        self._collection: Any = None

    def open(self) -> None:
        """Connect to Chroma."""
        self._client = self._client or self._connect()
        self._client.heartbeat()

    def serve(self, fingerprint: str, vectors: str, files: Sequence[str]) -> bool:
        """Open the collection with this fingerprint, filling it when it is not there whole; whether that was done.

        `vectors` names a .npy file, float32 [units, dimensions].
        """
        matrix, name = np.load(vectors, mmap_mode="r"), f"{self._prefix}{fingerprint}"
        self._get(name, len(files))
        if self._collection.count() == len(files) and not self._answers(matrix):
            # Its rows are there and its index is not, or is damaged.
            self._client.delete_collection(name)
            self._get(name, len(files))
        whole = self._collection.count() == len(files)
        if not whole:
            self._fill(matrix, files)
        if not self._answers(matrix):
            raise LookupError("the collection does not answer")
        return not whole

    def _get(self, name: str, units: int) -> None:
        looked_at = max(_LEAST_LOOKED_AT, units // _LOOKED_AT_ONE_OF)
        configuration: Any = {"hnsw": {"space": "ip", "ef_search": looked_at}}
        self._collection = self._client.get_or_create_collection(
            name, embedding_function=None, configuration=configuration
        )
        if (self._collection.metadata or {}).get(_LEFT):
            self._collection.modify(metadata={_LEFT: 0})

    def _fill(self, matrix: Any, files: Sequence[str]) -> None:
        for start in range(0, len(files), _BATCH):
            rows = range(start, min(start + _BATCH, len(files)))
            self._collection.upsert(
                ids=[str(row) for row in rows],
                embeddings=np.asarray(matrix[start : rows.stop]),
                metadatas=[{"file": files[row]} for row in rows],
            )

    def _answers(self, matrix: Any) -> bool:
        """Whether it finds about as much as it holds: damage shows when the index is first read."""
        wanted = min(_TRIED, len(matrix))
        found = self.query([1.0] + [0.0] * (matrix.shape[1] - 1), _TRIED, None)
        return len(found) * 2 >= wanted

    def query(self, vector: Sequence[float], count: int, files: Sequence[str] | None) -> list[int]:
        """Rows of the nearest units, of these files only unless None."""
        where: Any = None if files is None else {"file": {"$in": list(files)}}
        found = self._collection.query(query_embeddings=[vector], n_results=count, where=where, include=[])
        return [int(row) for row in found["ids"][0]]

    def drop_others(self) -> None:
        """Delete what this installation held before; for who is alone with the index."""
        for other in self._others():
            self._client.delete_collection(other.name)

    def retire_others(self, now: float, seconds: float) -> None:
        """Delete what every process of this installation left so many seconds ago, and note what was left now."""
        for other in self._others():
            left = (other.metadata or {}).get(_LEFT)
            if not left:
                other.modify(metadata={_LEFT: now})
            elif now - left >= seconds:
                self._client.delete_collection(other.name)

    def _others(self) -> Iterator[Any]:
        for each in self._client.list_collections():
            if each.name.startswith(self._prefix) and each.name != self._collection.name:
                yield each


def _embedded(folder: str) -> Collection:
    settings = Settings(anonymized_telemetry=False)
    return Collection(lambda: chromadb.PersistentClient(folder, settings=settings), _PREFIX)


def _shared(url: str, installation: str) -> Collection:
    settings = Settings(anonymized_telemetry=False)
    # The whole address goes in as the host: then the port, the path and square brackets stay as they were given.
    return Collection(
        lambda: chromadb.HttpClient(host=url, ssl=url.startswith("https:"), settings=settings),
        f"{_PREFIX}{installation}-",
    )


def _handle(collection: Collection, request: Mapping[str, Any]) -> Any:
    known: dict[str, Callable[..., Any]] = {
        "open": collection.open,
        "serve": collection.serve,
        "query": collection.query,
        "drop_others": collection.drop_others,
        "retire_others": collection.retire_others,
    }
    arguments = dict(request)
    return known[arguments.pop("do")](**arguments)


def _name(error: Exception) -> str:
    """What to call an error; Chroma's client turns a refused connection into a `ValueError`."""
    return type(error.__context__ or error).__name__ if isinstance(error, ValueError) else type(error).__name__


def main() -> None:
    """Serve an embedded index (`FOLDER`) or one on a server (`URL INSTALLATION`) until standard input ends."""
    collection = _shared(*sys.argv[1:]) if len(sys.argv) > 2 else _embedded(sys.argv[1])  # noqa: PLR2004
    for line in sys.stdin:
        try:
            answer = {"answer": _handle(collection, json.loads(line))}
        except Exception as error:
            answer = {"error": _name(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
