"""Files as a person wrote them: JSON, YAML and CSV with the place of every value, and changes that keep the rest as it is."""
