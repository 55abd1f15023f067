"""Proof for embedders too: a model to compare with, a simulator, Hypothesis strategies.

- `bookable.testing.plain`: the vocabulary as plain records on an axis of whole units;
- `bookable.testing.oracle`: what may be booked there, by trying everything;
- `bookable.testing.realise`: the same world as values of `bookable`;
- `bookable.testing.pair`: both side by side, compared after every command;
- `bookable.testing.simulator`: long random histories of commands, from a seed;
- `bookable.testing.strategies`: Hypothesis strategies (needs ``hypothesis``).

The first two import nothing of the engine, nor anything else outside the standard
library: they are the judge.
"""
