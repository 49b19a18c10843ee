"""The retry loop, hooks and logging, local requests, and the blocking facade."""
