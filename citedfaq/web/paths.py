"""Where a request points to within the app, whatever sub-path the app stands under."""

from starlette.types import Scope


def route_path(scope: Scope) -> str:
    """Return a request's path below the app's root path."""
    path: str = scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def root_of(path: str) -> str:
    """Return what leads from a path of the app to its root: "" from "/embed", "../" from "/articles/knee"."""
    return "../" * (path.count("/") - 1)
