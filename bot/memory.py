"""Memory: what the C library keeps of it after it was used."""

import ctypes


def give_back() -> None:
    """Return what was freed to the system: after indexing, a server would hold twice what it uses.

    Only glibc keeps so much and only glibc can be asked; elsewhere nothing is done.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
