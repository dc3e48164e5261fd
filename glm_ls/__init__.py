"""glm-ls: the GLM models in every editor that speaks the Language Server Protocol."""

__version__ = "0.1.0"
