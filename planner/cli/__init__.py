"""The command line: parses, calls the Python interface, prints. Holds no logic of its own."""
