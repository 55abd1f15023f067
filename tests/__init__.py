"""The tests. A package, so that no installed package of that name can stand in for it."""
