"""The command line: one file a command, the only sys.exit."""
