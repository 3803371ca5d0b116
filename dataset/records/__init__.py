"""The files of a corpus, a run and a release: how they are read."""
