"""The web surfaces: one FastAPI app with the Gradio chat mounted in it."""
