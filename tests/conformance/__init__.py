"""Hostile programs that every sandbox engine must contain, and what judges that they were."""
