"""Read regular files, and write files so that a failure leaves nothing half written."""
