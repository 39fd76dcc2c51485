"""What keeps a server's start short and its memory small: no collector meanwhile, no pandas, no freed memory held."""

import ctypes
import gc
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def starting() -> Iterator[None]:
    """Make what a server keeps for as long as it runs, and load the libraries that it is made with."""
    # Hardly anything that a start makes is garbage: to look through it again and again takes a seventh of the time.
    gc.disable()
    # Gradio imports it for tables and plots, of which we have none: 30 MB and a quarter of a second.
    import_later("pandas", without=("NA",))
    try:
        yield
    finally:
        gc.enable()
        # Nothing is frozen: the build that is in memory now will be replaced by a newer one.
        gc.collect()
        trim()


def import_later(name: str, without: tuple[str, ...] = ()) -> None:
    """Let the import of a module load it only when something in it is used.

    Nothing happens where it is imported already, or is not installed.

    Args:
        name: of the module.
        without: names that it is said not to have until it is loaded: RapidFuzz asks for `pandas.NA` to pass over such
            values, and while pandas is not loaded there are none.
    """
    if name not in sys.modules and (spec := importlib.util.find_spec(name)):
        sys.modules[name] = later = _Later(name, without)
        later.__spec__ = spec


class _Later(ModuleType):
    """Stands for a module that is not loaded yet, and for whoever imported it before, afterwards too."""

    def __init__(self, name: str, without: tuple[str, ...]) -> None:
        super().__init__(name)
        self._without = without

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - whatever the module holds
        # Called only for what is not there, which is everything.
        if sys.modules.get(self.__name__) is self:
            if attribute in self._without:
                raise AttributeError(attribute)
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


def trim() -> None:
    """Give freed memory back to the system: the GNU allocator holds it, and other ones have no such call."""
    if sys.platform == "linux":
        give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if give_back:
            give_back(0)
