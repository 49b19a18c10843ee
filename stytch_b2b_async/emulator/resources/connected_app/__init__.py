"""Connected apps that are registered with the project."""
