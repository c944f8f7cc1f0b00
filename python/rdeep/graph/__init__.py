"""Models as graphs of layers, before there is an engine."""
