"""The compact form of an n-gram model: four bytes an n-gram."""
