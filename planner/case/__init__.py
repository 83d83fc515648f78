"""What is known: the declared sheets, names, selectors, changes and the case itself."""
