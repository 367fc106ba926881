"""One class for each status; and every function of floe.h declared."""

import pathlib

import floe
from floe import abi, errors
from floe._library import _FUNCTIONS, library


def test_every_status_has_its_class_and_its_name():
    names = {name: value for name, value in vars(abi).items()
             if name.startswith("FLOE_") and isinstance(value, int) and 0 < value <= abi.FLOE_PANIC and library().floe_status_name(value).decode() == name[5:].lower()}
    assert sorted(names.values()) == list(range(1, abi.FLOE_PANIC + 1))
    assert sorted(errors.BY_STATUS) == sorted(names.values())
    for name, status in names.items():
        each = errors.error_class(status)
        assert each.status == status and issubclass(each, floe.FloeError) and each.__doc__
        assert getattr(floe, each.__name__) is each
        expected = {"FLOE_IO": "InputOutput"}.get(name, name[5:].title().replace("_", ""))
        assert each.__name__ == expected
    assert errors.error_class(4711) is floe.Internal


def test_every_function_of_the_library_is_declared():
    symbols = pathlib.Path(__file__).resolve().parents[3] / "tests/abi/symbols/libfloe-core.txt"
    assert sorted(_FUNCTIONS) == sorted(line.split("@")[0] for line in symbols.read_text().split())
