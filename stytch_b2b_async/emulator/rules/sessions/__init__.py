"""Sessions, their JWTs, and what a member may do with one."""
