"""From articles to a release: readers, canonical text, blocks, sentences, reuse, splits, and the dataset itself."""
