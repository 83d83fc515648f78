"""The commands of the studies, one file each: they parse, ask, and hand on what is found."""
