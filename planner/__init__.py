"""The rare-earth procurement planner: from a case in Excel or pandas to a plan and its reasons."""
