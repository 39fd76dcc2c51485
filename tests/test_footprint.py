import gc
import importlib
import sys
from types import ModuleType

import pytest

from citedfaq.web.footprint import import_later, starting


@pytest.fixture
def heavy(tmp_path, monkeypatch):
    """A package that nobody has imported yet; it tells when it is loaded."""
    (tmp_path / "heavy_package").mkdir()
    (tmp_path / "heavy_package" / "__init__.py").write_text("import sys\nsys.heavy_was_loaded = True\nSIZE = 30\n")
    (tmp_path / "heavy_package" / "part.py").write_text("from . import SIZE\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "heavy_was_loaded", False, raising=False)
    yield "heavy_package"
    for name in [name for name in sys.modules if name.startswith("heavy_package")]:
        del sys.modules[name]


def test_a_module_is_loaded_when_something_in_it_is_used(heavy):
    import_later(heavy)
    module = importlib.import_module(heavy)
    again = importlib.import_module(heavy)
    assert importlib.util.find_spec(heavy) is not None
    assert not sys.heavy_was_loaded
    assert module.SIZE == again.SIZE == 30
    assert sys.heavy_was_loaded
    assert module.SIZE is sys.modules[heavy].SIZE
    with pytest.raises(AttributeError):
        _ = module.COLOUR


def test_a_part_of_it_loads_it(heavy):
    import_later(heavy)
    assert importlib.import_module(f"{heavy}.part").SIZE == 30
    assert sys.heavy_was_loaded


def test_a_name_that_it_is_said_not_to_have_is_there_once_it_is_loaded(heavy):
    import_later(heavy, without=("SIZE",))
    module = importlib.import_module(heavy)
    assert not hasattr(module, "SIZE")
    assert not sys.heavy_was_loaded
    assert module.sys is sys
    assert module.SIZE == 30


def test_what_is_loaded_or_missing_stays_as_it_is(heavy):
    real = importlib.import_module(heavy)
    import_later(heavy)
    assert sys.modules[heavy] is real
    import_later("no_such_package_anywhere")
    assert "no_such_package_anywhere" not in sys.modules


@pytest.mark.parametrize("fails", [False, True])
def test_after_a_start_the_collector_works_again(monkeypatch, fails):
    monkeypatch.setitem(sys.modules, "pandas", ModuleType("pandas"))
    try:
        with starting():
            assert not gc.isenabled()
            if fails:
                raise ValueError
    except ValueError:
        pass
    assert gc.isenabled()
