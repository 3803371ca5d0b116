"""Articles that were taken down: their tombstones, where a corpus folder holds one, and how it is got out."""
