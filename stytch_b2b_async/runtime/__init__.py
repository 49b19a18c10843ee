"""What happens around an attempt: the loop of attempts, retries, instrumentation, the blocking facade."""
