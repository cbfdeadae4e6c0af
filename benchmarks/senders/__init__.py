"""Ways to send a folder's files, each a program: ``-m benchmarks.senders.<name> URL DIR``."""
