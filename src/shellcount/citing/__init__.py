"""Quote numbers by name, fill them into documents, and audit documents that hold them."""
