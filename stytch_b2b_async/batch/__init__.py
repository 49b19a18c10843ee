"""Many requests: at the pace the API allows, through crashes, over several machines."""
