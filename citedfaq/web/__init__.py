"""The web surfaces: one FastAPI app with the Gradio chat mounted in it.

A request passes `proxy`, `headers`, `errors`, `limit` and `guard`, in this order, to a route of `api` or `pages`, or to
the `chat`. `app` puts them together.
"""
