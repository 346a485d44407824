"""Projects made of the templates that come with gatepost, and brought to those of today."""
