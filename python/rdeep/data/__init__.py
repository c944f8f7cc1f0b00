"""From what users pass to arrays that a network takes."""
