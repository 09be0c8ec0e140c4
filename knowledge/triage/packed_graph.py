"""The packed encoder as an ONNX graph that multiplies by four-bit weights as they are."""

from collections.abc import Sequence

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from knowledge import encoder_graph
from knowledge.triage.packed import PackedModel

_BLOCK = 32
#: Activations are rounded to a byte for the product: faster, and as near as makes no difference.
_BYTES = 4
#: What the packed file calls the parts of a layer that the graph calls by their names in BERT.
_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


class _PackedGraph(encoder_graph.Graph):
    """A graph whose dense layers stay packed."""

    def __init__(self, model: PackedModel) -> None:
        norms = {
            f"encoder.layer.{layer}.{part}.{kind}": model.tensor(f"l{layer}.{short}.{kind[0]}")
            for layer in range(model.layers)
            for part, short in _PARTS.items()
            for kind in ("weight", "bias")
            if kind == "bias" or part.endswith("Norm")
        }
        norms |= {f"embeddings.LayerNorm.{kind}": model.tensor(f"emb.ln.{kind[0]}") for kind in ("weight", "bias")}
        super().__init__(norms)
        self._model = model

    def dense(self, value: str, key: str) -> str:
        layer, _, part = key.removeprefix("encoder.layer.").partition(".")
        width = self._model.inner if part == "output.dense" else self._model.width
        scales, weights = self._model.matrix(f"l{layer}.{_PARTS[part]}.w", width)
        pairs = weights[..., 0::2] | (weights[..., 1::2] << 4)
        inputs = [value, self.constant(f"{key}.packed", pairs), self.constant(f"{key}.scales", scales.reshape(-1))]
        shape = {"K": width, "N": len(scales), "bits": 4, "block_size": _BLOCK, "accuracy_level": _BYTES}
        product = self.node("MatMulNBits", inputs, domain="com.microsoft", **shape)
        return self.node("Add", [product, self.weight(f"{key}.bias")])


def build(model: PackedModel, depths: Sequence[int]) -> bytes:
    """The encoder of one text as a serialised ONNX model.

    The input `words` is float32 [1, tokens, width], what the pieces mean by themselves with their places added. The
    output `depths` is float32 [len(depths), width]: the mean over the tokens after each of these many layers.
    """
    graph = _PackedGraph(model)
    config = {"layer_norm_eps": model.epsilon, "num_attention_heads": model.heads, "hidden_size": model.width}
    hidden = graph.normalise("words", "embeddings.LayerNorm", model.epsilon)
    nothing_masked = graph.constant("nothing_masked", np.float32(0))
    token_axis = graph.constant("token_axis", np.array([1], np.int64))
    means = []
    for layer in range(max(depths)):
        hidden = encoder_graph.layer(graph, hidden, layer, config, nothing_masked)
        if layer + 1 in depths:
            means.append(graph.node("ReduceMean", [hidden, token_axis], keepdims=0))
    graph.nodes.append(helper.make_node("Concat", means, ["depths"], axis=0))
    return _serialise(graph, len(means), model.width)


def _serialise(graph: _PackedGraph, depths: int, width: int) -> bytes:
    inputs = [helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "tokens", width])]
    outputs = [helper.make_tensor_value_info("depths", TensorProto.FLOAT, [depths, width])]
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in graph.constants.items()]
    body = helper.make_graph(graph.nodes, "packed_encoder", inputs, outputs, constants)
    versions = [helper.make_opsetid("", encoder_graph.OPSET), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(body, opset_imports=versions)
    model.ir_version = encoder_graph.IR_VERSION
    return bytes(model.SerializeToString())
