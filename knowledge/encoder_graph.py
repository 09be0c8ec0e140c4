"""The all-MiniLM-L6-v2 sentence encoder as an ONNX graph, built from its weights without torch.

Source: the BERT architecture (Devlin et al., 2019) with mean pooling and unit-length output
(Reimers and Gurevych, 2019). Weights come as safetensors; the graph is serialised for onnxruntime.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.onnx_ml_pb2 import ModelProto, NodeProto
from safetensors.numpy import load_file

OPSET = 20
IR_VERSION = 10


class Graph:
    """Collects nodes and constants; every method returns the name of the value it makes."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, ArrayLike] = {}

    def constant(self, name: str, value: ArrayLike) -> str:
        self.constants.setdefault(name, value)
        return name

    def weight(self, key: str, *, transpose: bool = False) -> str:
        value = self.weights[key]
        return self.constant(key, np.ascontiguousarray(value.T) if transpose else value)

    def node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def dense(self, value: str, key: str) -> str:
        product = self.node("MatMul", [value, self.weight(f"{key}.weight", transpose=True)])
        return self.node("Add", [product, self.weight(f"{key}.bias")])

    def normalise(self, value: str, key: str, epsilon: float) -> str:
        scale, bias = self.weight(f"{key}.weight"), self.weight(f"{key}.bias")
        return self.node("LayerNormalization", [value, scale, bias], axis=-1, epsilon=epsilon)


def _embed(graph: Graph, epsilon: float) -> str:
    words = graph.node("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input_ids"])
    zero, one = graph.constant("zero", np.int64(0)), graph.constant("one", np.int64(1))
    length = graph.node("Gather", [graph.node("Shape", ["input_ids"]), one])
    places = graph.node("Range", [zero, length, one])
    position = graph.node("Gather", [graph.weight("embeddings.position_embeddings.weight"), places])
    # One text, never a pair: the token type is always the first.
    first_type = graph.weights["embeddings.token_type_embeddings.weight"][0]
    typed = graph.node("Add", [words, graph.constant("first_type", first_type)])
    return graph.normalise(graph.node("Add", [typed, position]), "embeddings.LayerNorm", epsilon)


def _attend(graph: Graph, hidden: str, key: str, heads: int, size: int, mask: str) -> str:
    split = graph.constant("split", np.array([0, 0, heads, size], np.int64))
    merge = graph.constant("merge", np.array([0, 0, heads * size], np.int64))
    scale = graph.constant("scale", np.float32(size**-0.5))

    def project(name: str, order: list[int]) -> str:
        projected = graph.node("Reshape", [graph.dense(hidden, f"{key}.self.{name}"), split])
        return graph.node("Transpose", [projected], perm=order)

    query, value = project("query", [0, 2, 1, 3]), project("value", [0, 2, 1, 3])
    scores = graph.node("MatMul", [query, project("key", [0, 2, 3, 1])])
    masked = graph.node("Add", [graph.node("Mul", [scores, scale]), mask])
    context = graph.node("MatMul", [graph.node("Softmax", [masked], axis=-1), value])
    joined = graph.node("Reshape", [graph.node("Transpose", [context], perm=[0, 2, 1, 3]), merge])
    return graph.dense(joined, f"{key}.output.dense")


def layer(graph: Graph, hidden: str, index: int, config: dict[str, float], mask: str) -> str:
    key, epsilon, heads = f"encoder.layer.{index}", config["layer_norm_eps"], int(config["num_attention_heads"])
    attended = _attend(graph, hidden, f"{key}.attention", heads, int(config["hidden_size"]) // heads, mask)
    hidden = graph.normalise(graph.node("Add", [attended, hidden]), f"{key}.attention.output.LayerNorm", epsilon)
    inner = graph.node("Gelu", [graph.dense(hidden, f"{key}.intermediate.dense")])
    outer = graph.node("Add", [graph.dense(inner, f"{key}.output.dense"), hidden])
    return graph.normalise(outer, f"{key}.output.LayerNorm", epsilon)


def _pool(graph: Graph, hidden: str, attention: str) -> str:
    weights = graph.node("Unsqueeze", [attention, graph.constant("last_axis", np.array([2], np.int64))])
    axis = graph.constant("token_axis", np.array([1], np.int64))
    total = graph.node("ReduceSum", [graph.node("Mul", [hidden, weights]), axis], keepdims=0)
    mean = graph.node("Div", [total, graph.node("ReduceSum", [weights, axis], keepdims=0)])
    return graph.node("LpNormalization", [mean], axis=-1, p=2)


def build(model_dir: Path) -> bytes:
    """The encoder as a serialised ONNX model.

    `model_dir` holds `config.json` and `model.safetensors`. Inputs `input_ids` and `attention_mask` are
    int64 [batch, tokens]; the output `embedding` is float32 [batch, 384] of unit length, and `tokens` the vectors
    that it is the mean of, float32 [batch, tokens, 384].
    """
    config = json.loads((model_dir / "config.json").read_text())
    graph = Graph(load_file(model_dir / "model.safetensors"))
    attention = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    absent = graph.node("Sub", [graph.constant("present", np.float32(1)), attention])
    penalty = graph.node("Mul", [absent, graph.constant("penalty", np.float32(-1e9))])
    mask = graph.node("Unsqueeze", [penalty, graph.constant("head_axes", np.array([1, 2], np.int64))])
    hidden = _embed(graph, config["layer_norm_eps"])
    for index in range(config["num_hidden_layers"]):
        hidden = layer(graph, hidden, index, config, mask)
    graph.nodes.append(helper.make_node("Identity", [_pool(graph, hidden, attention)], ["embedding"]))
    graph.nodes.append(helper.make_node("Identity", [hidden], ["tokens"]))
    return _serialise(graph, config["hidden_size"])


def _serialise(graph: Graph, width: int) -> bytes:
    integer, shape = TensorProto.INT64, ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, integer, shape) for name in ("input_ids", "attention_mask")]
    outputs = [
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", width]),
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [*shape, width]),
    ]
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in graph.constants.items()]
    body = helper.make_graph(graph.nodes, "sentence_encoder", inputs, outputs, constants)
    model: ModelProto = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return bytes(model.SerializeToString())
