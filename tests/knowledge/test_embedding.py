"""The embedder's port, as the fake of the tests keeps it."""

import numpy as np

from tests.fake_embedder import DIMENSIONS, FakeEmbedder


def test_the_fake_embedder_keeps_the_ports_promise() -> None:
    vectors = FakeEmbedder().embed(["", "trust", "trust money", "\ud800"])
    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert FakeEmbedder().embed([]).shape == (0, DIMENSIONS)
    passages = [("One two.", ["One.", "Two."]), ("Three.", [])]
    assert [each.vectors.shape for each in FakeEmbedder().encode_passages(passages)] == [
        (3, DIMENSIONS),
        (1, DIMENSIONS),
    ]
    assert FakeEmbedder().encode_passages([]) == []
