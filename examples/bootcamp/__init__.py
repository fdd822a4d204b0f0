"""A bootcamp of twelve weeks, with 31 made-up students and a new partner each week."""
