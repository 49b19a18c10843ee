"""Parameters and responses shared by several resources."""
