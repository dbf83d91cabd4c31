"""Graphs as text: walks along edges are sentences, and nodes their words."""
