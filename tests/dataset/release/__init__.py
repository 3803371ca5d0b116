"""Card, datasheet, citation and croissant.json of releases."""
