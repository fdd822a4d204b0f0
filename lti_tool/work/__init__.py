"""What is done in the background: jobs written with their cause, run by the worker."""
