"""Benchmarks: what README and ARCHITECTURE claim about speed, measured in pairs and printed as tables."""
