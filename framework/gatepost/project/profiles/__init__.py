"""Tests of an app that are files: made of its manifest, run without pytest, brought up to date with what came out."""
