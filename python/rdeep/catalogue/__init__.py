"""What exists: one record for each layer, activation, loss, metric, optimizer and so on."""
