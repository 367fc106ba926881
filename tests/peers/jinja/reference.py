"""Jinja2 as dbt configures it: the sandbox, do and loop controls, and the native environment that dbt derives."""
import ast
import functools
import itertools
import json

import jinja2
import jinja2.nativetypes
import jinja2.sandbox


class NativeSandbox(jinja2.sandbox.SandboxedEnvironment):
    code_generator_class = jinja2.nativetypes.NativeCodeGenerator


class Marked(str):
    """A text that a filter marked for evaluation."""


class MarkedText(str):
    pass


class MarkedBool(Marked):
    pass


class MarkedNumber(Marked):
    pass


def settle(pieces):
    """What dbt makes of the output nodes of its native environment."""
    head = list(itertools.islice(pieces, 2))
    if not head:
        return ""
    if len(head) > 1:
        return "".join(str(piece) for piece in itertools.chain(head, pieces))
    only = head[0]
    if isinstance(only, MarkedText):
        return str(only)
    if not isinstance(only, Marked):
        return only
    try:
        value = ast.literal_eval(only)
    except (ValueError, SyntaxError, MemoryError):
        value = str(only)
    if isinstance(only, MarkedBool) and not isinstance(value, bool):
        raise ConversionError(f"Could not convert value '{only!s}' into type 'bool'")
    if isinstance(only, MarkedNumber) and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise ConversionError(f"Could not convert value '{only!s}' into type 'number'")
    return value


class ConversionError(Exception):
    pass


def plain(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return str.__str__(function(*args, **kwargs))

    return call


EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols"]
TEXT = jinja2.sandbox.SandboxedEnvironment(extensions=EXTENSIONS)
NATIVE = NativeSandbox(extensions=EXTENSIONS)
for name in ("as_text", "as_bool", "as_native", "as_number"):
    TEXT.filters[name] = lambda value: value
NATIVE.filters.update(as_text=MarkedText, as_bool=MarkedBool, as_native=Marked, as_number=MarkedNumber)
for environment in (TEXT, NATIVE):
    # Text that is safe for HTML is plain text in floe: dbt never escapes, and only repr() and `+` show the difference.
    for name in ("e", "escape", "forceescape", "safe", "tojson", "xmlattr", "urlize", "striptags"):
        environment.filters[name] = plain(environment.filters[name])
    environment.filters["is_list"] = lambda value: isinstance(value, list)


class function:  # noqa: N801: the name is compared
    """A function whose text has no address in it."""

    def __call__(self, *args, **kwargs):
        return "<" + "".join(f"{a!r};" for a in args) + "".join(f"{k}={v!r};" for k, v in kwargs.items()) + ">"

    def __repr__(self):
        return "<function echo>"


echo = function()


def render(case):
    context = json.loads(case["context"])
    context["echo"] = echo
    context["pair"] = (1, "two")
    try:
        if case["native"]:
            template = NATIVE.from_string(case["template"])
            value = settle(template.root_render_func(template.new_context(context)))
            return {"output": f"{type(value).__name__}:{value!r}"}
        return {"output": TEXT.from_string(case["template"]).render(context)}
    except RecursionError as problem:
        return {"error": "RecursionError", "message": str(problem)}
    except Exception as problem:  # noqa: BLE001: every class of error is compared
        return {"error": type(problem).__name__, "message": str(problem)}


SYNTAX = {"TemplateSyntaxError", "TemplateAssertionError", "SyntaxError", "IndentationError"}
UNDEFINED = {"UndefinedError"}
SECURITY = {"SecurityError"}
TYPE = {"TypeError"}
VALUE = {"ValueError", "OverflowError", "ZeroDivisionError", "AssertionError", "UnicodeError", "ArithmeticError", "MemoryError"}
LOOKUP = {"KeyError", "IndexError", "AttributeError"}


def family(name):
    """Errors agree when they are of one family."""
    for families in (SYNTAX, UNDEFINED, SECURITY, TYPE, VALUE, LOOKUP):
        if name in families:
            return min(families)
    return name and "other"
