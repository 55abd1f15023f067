"""Who holds what, when: the index, the ledger and its audit."""
