"""Whether a programme does any good: activity, retention and change, with what they cannot say.

Answers to questionnaires are private: only aggregates leave this package, none of fewer than five
people, and none from which such a number follows by subtraction.
"""
