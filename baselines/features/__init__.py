"""What several systems see of a text, computed once."""
