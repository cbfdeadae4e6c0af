"""The platform on this machine: control plane, storage, life cycle over time, faults."""
