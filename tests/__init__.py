"""The tests, by the package that they hold."""
