"""The SDK in other people's houses: one module a framework, each needing what it is named after."""
