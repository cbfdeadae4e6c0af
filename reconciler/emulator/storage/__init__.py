"""The storage half: signed URLs, objects and resumable sessions in the GCS XML dialect."""
