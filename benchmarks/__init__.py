"""Measured comparisons: how long building, solving again, starting and a whole run take.

Run from the root of the repository; `benchmarks/README.md` says how, and what is compared.
"""
