"""The generator of the R functions and help pages; `scripts/generate_r.py` runs it."""
