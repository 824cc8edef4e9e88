"""What all wire formats share: addresses, the connection, the events of a stream, failures as sentences."""
