"""Text for property tests."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

#: What `st.text()` alone is made of too; but that tries a million characters at its first use on a machine.
ANY: SearchStrategy[str] = st.characters(exclude_categories=["Cs"])
