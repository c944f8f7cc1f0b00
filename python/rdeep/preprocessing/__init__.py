"""What preprocessing layers compute on the host, in NumPy: text, vocabularies, hashes, quantiles."""
