"""What changed between two releases, row by row, and which version number the changes ask for. Never a text: ids, offsets, hashes, labels.

``compare.diff_releases`` gives the changes, ``versions`` says what they mean for the number, ``embedded`` keeps them in a release.
"""
