"""Workloads, link emulation, baselines and reports."""
