"""Benchmarks on public question sets, which lie in a folder outside the project."""
