"""The engines, the contract that they keep, and what they share."""
