"""The rules, by what they are about: one small function each, whose docstring is its documentation."""
