"""Digest: what leads pull, in chat, on a page and as files."""
