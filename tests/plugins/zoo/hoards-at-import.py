"""Wants 4 GB to be imported."""

HOARD = bytearray(4 << 30)
