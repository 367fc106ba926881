"""One class for each status."""

import floe
from floe import abi, errors
from floe._library import library


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
