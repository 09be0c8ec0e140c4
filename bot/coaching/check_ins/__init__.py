"""Reflect: the weekly question, from whom it goes to until what became of the reply."""
