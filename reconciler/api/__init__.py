"""The control plane over httpx: paths, pages, retry, error mapping, redaction."""
