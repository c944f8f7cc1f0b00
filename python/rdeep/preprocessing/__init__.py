"""What preprocessing layers compute on the host, in NumPy: text, hashes, quantiles."""
