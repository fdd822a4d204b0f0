"""A meetup of 60 made-up people in nine time zones, who meet somebody new each month."""
