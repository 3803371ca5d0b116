"""A release: Parquet, card, datasheet and manifest on disk, and the check that they are what they were."""
