"""Real signals, kills, damaged files and full disks: `make torture`."""
