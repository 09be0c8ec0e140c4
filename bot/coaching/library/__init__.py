"""The partnership's documents: who may see each, and how they come and go."""
