"""The whole story over real HTTP, without a browser window: one line for each step seen."""
