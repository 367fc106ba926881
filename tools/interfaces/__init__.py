"""Generators of everything that follows from libfloe-core/spec/interfaces/*.json."""
