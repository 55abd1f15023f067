"""Seeded workloads and timed questions: ``python -m benchmarks``."""
