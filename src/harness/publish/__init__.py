"""What others get: the model, the cards and checklists, the metadata, the archive."""
