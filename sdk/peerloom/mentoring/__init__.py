"""What two people need after they are paired: an agreement, goals, sessions, and a gentle nudge.

Everything here is a frozen record or a pure function of records: the present moment is a parameter,
nothing is changed in place, and each function takes only the objects of one person or group.
"""
