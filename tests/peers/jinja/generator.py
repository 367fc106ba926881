"""Random templates that cover Jinja2's grammar and builtins; case(seed, index) is always the same."""
import json
import random

CONTEXT = {
    "i": 7,
    "n": -3,
    "zero": 0,
    "f": 2.5,
    "big": 12345678901234567890123,
    "s": "Hello World",
    "t": "foo-bar, baz_qux 42",
    "u": "Grüße ß İstanbul ΑΣ",
    "e": "",
    "html": "<b>\"x\" & 'y'</b>",
    "lines": "one\ntwo\n\n  three\n",
    "yes": True,
    "no": False,
    "nil": None,
    "l": [3, 1, 2],
    "ls": ["b", "A", "c", "a"],
    "mixed": [1, "two", None, 3.0, [4]],
    "empty": [],
    "d": {"a": 1, "b": [1, 2], "c": {"x": "y"}},
    "dd": {"z": 1, "Y": 2, "x": 3},
    "users": [
        {"name": "Bob", "age": 30, "tags": ["x", "y"]},
        {"name": "alice", "age": 25, "tags": []},
        {"name": "Carol", "age": 30, "tags": ["z"]},
    ],
    "tree": [{"v": 1, "k": [{"v": 2, "k": []}, {"v": 3, "k": [{"v": 4, "k": []}]}]}, {"v": 5, "k": []}],
    "nested": [[1, 2], [3, 4]],
    "acc": [5],  # only ever changed and printed, never looped over: a loop that feeds itself has no end
}
CONTEXT_TEXT = json.dumps(CONTEXT)

NAMES = [name for name in CONTEXT if name not in ("tree", "acc")] + ["missing", "pair", "echo", "x", "y", "v"]
STRINGS = [
    "'a'", "'abc'", '"it\'s"', "'%s-%d'", "'%05.2f|%-6s|%+d'", "'{} {}'", "'{0:>8}|{1!r}'", "'x=%(a)s'", "''",
    "'a,b,c'", r"'tab\tnl\n'", r"'\u00e9\x41\101'", "'42'", "' 3.7 '", "'0x1f'", "'True'", "'[1, 2]'", r"'back\\slash'",
    "'äöü'", "'name'", "'a' 'b'", "'{name}'", r"'\d'", "'Foo bar BAZ'", "'1_000'", "'é\\n'", "'%'", "'%%'", "'{{'",
]
NUMBERS = ["0", "1", "2", "3", "10", "42", "1.5", "2.0", "1e3", "0.1", "1_000", "0x1F", "0o17", "0b101", "3.14159",
           "123456789012345678901", "9223372036854775807", "1e-5", "1.0e20", "00", "7", "2.675", "0.5", "1e16", "255"]
OPERATORS = ["+", "-", "/", "//", "%", "~", "+", "~", "+"]
# Right operands that keep results small: Python would happily compute for hours or eat all memory.
FACTORS = ["2", "3", "0", "-1", "i", "f", "zero", "n", "nil", "'a'", "yes", "missing", "1.5"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
STR_METHODS = [
    "upper()", "lower()", "title()", "capitalize()", "strip()", "strip('lo')", "split()", "split(',')", "split('o', 1)",
    "rsplit('o', 1)", "replace('o', '0')", "replace('l', 'L', 1)", "startswith('H')", "endswith(('d', 'x'))", "find('o')",
    "rfind('o')", "count('l')", "center(20, '*')", "ljust(15)", "rjust(15, '.')", "zfill(12)", "isdigit()", "isalpha()",
    "splitlines()", "swapcase()", "partition('o')", "rpartition(' ')", "join(['1', '2'])", "join(l)", "index('zz')",
    "format(1, 'b')", "format(name='N', a=d)", "isupper()", "islower()", "istitle()", "isspace()", "isnumeric()",
    "isalnum()", "expandtabs(4)", "removeprefix('He')", "removesuffix('ld')", "nosuch()", "encode()", "lstrip('H')",
    "rstrip()", "casefold()", "split(none)", "replace('')", "find('l', 3)", "count('')", "splitlines(true)", "isidentifier()",
]
LIST_METHODS = ["append(9)", "extend([8, 7])", "insert(0, 'i')", "pop()", "pop(0)", "index(1)", "count(1)", "copy()",
                "reverse()", "sort()", "remove(1)", "clear()", "sort(reverse=true)", "pop(99)", "index('q')", "insert(-1, 5)"]
DICT_METHODS = ["get('a')", "get('q', 'dflt')", "items()", "keys()", "values()", "update({'k': 1})", "update(z=2)",
                "pop('a')", "pop('nope', 0)", "setdefault('s', [])", "copy()", "items()|list", "keys()|list",
                "values()|list", "popitem()", "pop('nope')", "clear()", "get()"]
FILTERS = [
    "abs", "attr('a')", "batch(2)|list", "batch(2, 'F')|list", "capitalize", "center(15)", "count", "d('D')",
    "default('D')", "default('D', true)", "dictsort", "dictsort(true)", "dictsort(false, 'value')", "dictsort(reverse=true)",
    "e", "escape", "filesizeformat", "filesizeformat(true)", "first", "float", "float(1.5)", "forceescape",
    "format(1, 2)", "format('a')", "groupby('age')|list", "groupby('age')", "indent", "indent(2)", "indent(2, true)",
    "indent('>>', blank=true)", "int", "int(5)", "int(0, 16)", "int(base=2)", "items|list", "join", "join(', ')",
    "join('-', 'name')", "join(attribute='age')", "last", "length", "list", "lower", "map('upper')|list",
    "map(attribute='name')|list", "map(attribute='zip', default='?')|list", "map('int')|list", "map('default', 'M')|join(',')",
    "max", "max(attribute='age')", "min", "min(true)", "pprint", "reject('odd')|list", "reject|list", "rejectattr('tags')|list",
    "replace('o', '0')", "replace('a', 'b', 1)", "reverse|list", "reverse", "round", "round(1)", "round(2, 'floor')",
    "round(1, 'ceil')", "round(-1)", "safe", "select('defined')|list", "select|list", "select('string')|list",
    "selectattr('age', '>', 26)|list", "selectattr('tags')|map(attribute='name')|join(',')", "slice(2)|list",
    "slice(3, 'F')|list", "sort", "sort(true)", "sort(case_sensitive=true)", "sort(attribute='name')",
    "sort(attribute='age,name')", "string", "striptags", "sum", "sum(start=10)", "sum(attribute='age')", "sum('age', 1)",
    "title", "tojson", "tojson(2)", "tojson(indent=1)", "trim", "trim('d')", "truncate(8)", "truncate(8, true)",
    "truncate(8, false, '!', 0)", "unique|list", "unique(true)|list", "unique(attribute='age')|list", "upper", "urlencode",
    "wordcount", "wordwrap(5)", "wordwrap(8, false)", "wordwrap(6, wrapstring='|')", "xmlattr", "xmlattr(false)",
    "as_text", "as_bool", "as_number", "as_native", "is_list", "urlize", "nosuchfilter", "map('nosuch')|list", "first|upper",
    "map(attribute='tags.0')|list", "map('length')|list", "sum(start=[])", "select('in', [1, 2])|list", "map|list",
    "selectattr|list", "join(1)", "batch(0)|list", "slice(0)|list", "float(default=none)", "length(1)", "default(value=1)",
    "map('join', '+')|list", "dictsort(by='nope')", "tojson|length", "list|last", "unique|first", "sort|first|default('none')",
]
TESTS = [
    "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable",
    "callable", "odd", "even", "divisibleby 3", "divisibleby(2)", "true", "false", "lower", "upper", "in [1, 'a', none]",
    "eq 3", "equalto('a')", "ne 1", "gt 1", "lt(5)", "ge 2.5", "le i", "greaterthan 2", "== 3", "filter", "test", "escaped",
    "sameas none", "sameas(true)", "in s", "lessthan 'b'", "nosuchtest", "in",
]
STRING_FILTERS = [
    "capitalize", "center(15)", "e", "escape", "default('D')", "first", "last", "length", "list", "lower", "upper", "title",
    "indent(2)", "indent(2, true)", "replace('o', '0')", "reverse", "string", "striptags", "tojson", "trim", "truncate(8)",
    "truncate(5, true)", "truncate(8, false, '!', 0)", "urlencode", "wordcount", "wordwrap(5)", "wordwrap(6, false)", "unique|list",
    "sort|join", "batch(3)|list", "int", "float", "pprint", "map('upper')|join", "urlize", "join('-')", "safe", "max", "min",
    "select('in', 'aeiou')|list", "forceescape", "groupby(0)|list", "count", "format('z')", "as_text", "slice(2)|list",
    "wordwrap(7, true, '|', false)", "indent(1, blank=true)", "length is odd", "trim('H')", "replace('l', '', 1)",
]
LIST_FILTERS = [
    "join(', ')", "length", "list", "first", "last", "reverse|list", "unique|list", "tojson", "pprint", "string", "batch(2)|list",
    "batch(2, 0)|list", "slice(2)|list", "slice(4, '-')|list", "map('string')|list", "map('string')|map('upper')|join('|')",
    "select|list", "reject('none')|list", "select('number')|list", "select('string')|list", "is_list", "tojson(indent=2)", "count",
    "map('default', 0)|list", "select('defined')|map('string')|list", "default([])", "reject|list", "sort|list", "max", "min", "sum",
]
NUMBER_FILTERS = ["abs", "round", "round(1)", "round(2)", "round(-1)", "round(0, 'floor')", "int", "float", "string", "tojson",
                  "filesizeformat", "round(1, 'ceil')", "default(1)", "center(6)", "string|length", "pprint", "int|string", "e"]
DICT_FILTERS = ["length", "list", "dictsort", "items|list", "tojson", "pprint", "join(',')", "dictsort(false, 'key', true)",
                "first", "last", "xmlattr", "urlencode", "string", "tojson(1)", "map('string')|list", "reverse|list", "dictsort|first",
                "items|map('first')|list", "unique|list", "list|length", "sort", "max", "batch(2)|list"]
USER_FILTERS = [
    "map(attribute='name')|join(', ')", "map(attribute='age')|list", "selectattr('age', 'gt', 26)|map(attribute='name')|list",
    "rejectattr('tags')|list|length", "groupby('age')|list", "sort(attribute='name')|map(attribute='name')|list",
    "sort(attribute='age,name', reverse=true)|map(attribute='name')|list", "sum(attribute='age')", "max(attribute='age')",
    "min(attribute='name')", "map(attribute='tags')|list", "map(attribute='tags.0', default='-')|list", "tojson", "pprint",
    "unique(attribute='age')|map(attribute='name')|list", "selectattr('name', 'in', ['Bob'])|list", "map(attribute='zip')|list|length",
    "map('attr', 'name')|list", "groupby('name')|map('first')|list", "groupby('zip', default='none')|length", "map('length')|list",
    "groupby('age', case_sensitive=true)|map(attribute='grouper')|list", "selectattr('zip', 'undefined')|list|length",
]
TEXTS = ["text ", "\n", "  ", "select * from t\n", "a\n  b\n", "{ x }", "-- c %}\n", "}}", "é", "\t", " \n ", "'", "#}", "x\r\ny"]


class Generator:
    def __init__(self, seed, index):
        self.random = random.Random(f"{seed}:{index}")
        self.depth = 0
        self.loops = 0
        self.macros = []
        self.in_call = 0

    def pick(self, items):
        return items[int(self.random.random() * len(items))]

    def chance(self, probability):
        return self.random.random() < probability

    # --- Expressions

    def name(self):
        if self.loops and self.chance(0.15):
            return self.pick(["loop.index", "loop.index0", "loop.first", "loop.last", "loop.length", "loop.revindex",
                              "loop.revindex0", "loop.depth", "loop.depth0", "loop.previtem", "loop.nextitem",
                              "loop.cycle('a', 'b')", "loop.changed(v)", "v", "x"])
        return self.pick(NAMES)

    def atom(self):
        roll = self.random.random()
        if roll < 0.42:
            return self.name()
        if roll < 0.60:
            return self.pick(STRINGS)
        if roll < 0.78:
            return self.pick(NUMBERS)
        return self.pick(["true", "false", "none", "True", "None", "False", "[]", "{}", "()", "(1,)", "[1, 2, 3]",
                          "{'a': 1, 'b': 2}", "range(5)", "range(1, 10, 3)", "range(3)|list", "(1, 2)", "dict(a=1, b=2)",
                          "namespace(a=1)", "[none, true]", "{1: 'x', 2.0: 'y', true: 'z'}", "range(0)", "range(200000)"])

    # Expressions of a known type, so that most templates get past their first operator.

    def text(self, level):
        roll = self.random.random()
        if level <= 0 or roll < 0.25:
            return self.pick(["s", "t", "u", "e", "html", "lines"] + STRINGS)
        if roll < 0.55:
            return f"{self.text(level - 1)}|{self.pick(STRING_FILTERS)}"
        if roll < 0.70:
            return f"{self.pick(['s', 't', 'u', 'e', 'lines', 'html'])}.{self.pick(STR_METHODS)}"
        if roll < 0.80:
            return f"{self.text(level - 1)} ~ {self.typed(level - 1)}"
        if roll < 0.86:
            bounds = [self.pick(["", "1", "-1", "2", "0", "10"]) for _ in range(2)]
            return f"{self.pick(['s', 't', 'u'])}[{bounds[0]}:{bounds[1]}{self.pick(['', ':2', ':-1'])}]"
        if roll < 0.93:
            return f"{self.pick(['s', 't', 'e', 'u', repr('ab')])} * {self.pick(['2', '0', 'n'])}"
        return f"{self.text(level - 1)} + {self.text(level - 1)}"

    def number(self, level):
        roll = self.random.random()
        if level <= 0 or roll < 0.3:
            return self.pick(["i", "n", "f", "zero", "big", "yes"] + NUMBERS)
        if roll < 0.6:
            return f"{self.number(level - 1)} {self.pick(['+', '-', '*', '/', '//', '%', '+', '-'])} {self.number(level - 1)}"
        if roll < 0.65:
            if self.chance(0.2):
                return self.pick(["(2 ** 0.5)", "(f ** f)", "10 ** -2", "(2.0 ** i)", "(i ** 1.5)"])
            return f"{self.number(0)} ** {self.pick(['2', '3', '0', '-1', 'i', 'n'])}"
        if roll < 0.8:
            return f"({self.number(level - 1)})|{self.pick(NUMBER_FILTERS)}"
        if roll < 0.87:
            return f"{self.pick(['-', '+', '- -'])}{self.number(level - 1)}"
        return f"{self.sequence(level - 1)}|length"

    def sequence(self, level):
        roll = self.random.random()
        if level <= 0 or roll < 0.35:
            return self.pick(["l", "ls", "mixed", "empty", "nested", "pair", "users", "range(4)", "[1, 2.5, 'x']", "('a',)",
                              "[]", "(3, 1, 2)", "[[1], [2, 3]]", "range(10, 0, -3)", "acc"])
        if roll < 0.65:
            return f"{self.sequence(level - 1)}|{self.pick(LIST_FILTERS)}"
        if roll < 0.78:
            return f"users|{self.pick(USER_FILTERS)}"
        if roll < 0.88:
            return "[" + ", ".join(self.typed(level - 1) for _ in range(self.random.randrange(4))) + "]"
        if roll < 0.94:
            return f"{self.pick(['l', 'ls', 'nested', 'pair'])}[{self.pick(['0', '-1', '1:', ':1', '::-1', '::2', '9', '0:0'])}]"
        return f"{self.pick(['l', 'ls', '[1]', 'nested'])} + {self.pick(['[4]', 'l', '[]', 'ls'])}"

    def mapping(self, level):
        roll = self.random.random()
        if level <= 0 or roll < 0.3:
            return self.pick(["d", "dd", "users[0]", "{}", "{'k': 1}", "dict(a=1)", "{1: 2, '1': 3}", "tree[1]"])
        if roll < 0.6:
            return f"{self.pick(['d', 'dd', 'users[1]', 'dict(b=2, a=1)'])}|{self.pick(DICT_FILTERS)}"
        if roll < 0.8:
            return f"{self.pick(['d', 'dd', 'users[0]'])}.{self.pick(DICT_METHODS)}"
        return "{" + ", ".join(f"{self.pick(['1', repr('k'), 'none', 's', '(1, 2)', '1.5'])}: {self.typed(level - 1)}"
                               for _ in range(self.random.randrange(1, 3))) + "}"

    def condition(self, level):
        roll = self.random.random()
        if roll < 0.35:
            return f"{self.typed(level - 1)} is {'not ' if self.chance(0.3) else ''}{self.pick(TESTS[:13] + ['true', 'false', 'escaped'])}"
        if roll < 0.55:
            return f"{self.number(level - 1)} {self.pick(COMPARISONS[:6])} {self.number(level - 1)}"
        if roll < 0.7:
            return f"{self.atom()} {self.pick(['in', 'not in'])} {self.sequence(level - 1)}"
        if roll < 0.8:
            return f"{self.typed(level - 1)} {self.pick(['==', '!='])} {self.typed(level - 1)}"
        if roll < 0.9:
            return f"{self.typed(level - 1)} {self.pick(['and', 'or'])} {self.typed(level - 1)}"
        return f"not {self.typed(level - 1)}"

    def typed(self, level):
        kind = self.pick([self.text, self.number, self.sequence, self.mapping, self.condition, self.text, self.choice])
        return kind(max(level, 0))

    def choice(self, level):
        if level <= 0:
            return self.name()
        return f"{self.typed(level - 1)} if {self.condition(level - 1)} else {self.typed(level - 1)}"

    def expression(self, level=3):
        if level <= 0:
            return self.atom()
        if self.chance(0.72):
            return self.typed(level)
        e = lambda: self.expression(level - 1)  # noqa: E731
        roll = self.random.random()
        if roll < 0.16:
            return self.atom()
        if roll < 0.30:
            if self.chance(0.2):
                if self.chance(0.3):
                    return f"{self.atom()} ** {self.pick(['2', '3', '0', '-1', 'yes', 'nil', 'zero', repr('a')])}"
                return f"{self.atom()} * {self.pick(FACTORS)}"
            return f"{e()} {self.pick(OPERATORS)} {e()}"
        if roll < 0.48:
            return f"{self.postfix_target(e)}|{self.pick(FILTERS)}"
        if roll < 0.55:
            return f"{e()} is {'not ' if self.chance(0.25) else ''}{self.pick(TESTS)}"
        if roll < 0.61:
            return f"{e()} {self.pick(COMPARISONS)} {e()}"
        if roll < 0.64:
            return f"{e()} {self.pick(['and', 'or'])} {e()}"
        if roll < 0.66:
            return f"{self.pick(['not ', '-', '+', 'not not '])}{e()}"
        if roll < 0.69:
            return f"({e()})"
        if roll < 0.72:
            return f"{e()} if {e()}" + (f" else {e()}" if self.chance(0.7) else "")
        if roll < 0.76:
            return self.method()
        if roll < 0.81:
            return self.subscript(e)
        if roll < 0.85:
            return self.container(e)
        if roll < 0.88:
            return f"echo({self.arguments(e)})"
        if roll < 0.90:
            return f"{e()} {self.pick(COMPARISONS[:6])} {e()} {self.pick(COMPARISONS)} {e()}"
        if roll < 0.93 and self.macros:
            return f"{self.pick(self.macros)}({self.arguments(e)})"
        if roll < 0.95:
            return f"{self.pick(STRINGS)} % {self.pick([e(), '(' + e() + ', ' + e() + ')', 'd', '(1,)', 'i'])}"
        if roll < 0.97:
            return f"{self.pick(STRINGS)}.format({self.arguments(e)})"
        return self.format_call()

    def format_call(self):
        spec = self.pick(["", ">10", "<10", "^10", "*^12", "05d", "+", ".2f", "10.3f", ",", "_", "x", "#x", "b", "e", "g",
                          "%", "08.3f", "+.1e", "s", ".3", "10s", "c", "o", "X", ",.2f", " d", "=+8", ".0f", "n", "q", ">>5",
                          "{1}", "#o", "G", "E", "012,", ".10g", "<5.1f", "-", "z", "#.3g", "020_b"])
        value = self.pick(["i", "n", "f", "s", "big", "nil", "yes", "l", "1234567.891", "0.0001234", "1e22", "-0.0", "255"])
        return f"'[{{:{spec}}}]'.format({value}, 6)"

    def postfix_target(self, e):
        text = e()
        return text if self.chance(0.7) else f"({text})"

    def method(self):
        roll = self.random.random()
        if roll < 0.5:
            return f"{self.pick(['s', 't', 'u', 'e', 'lines', 'html', 'i', 'missing'] + STRINGS[:6])}.{self.pick(STR_METHODS)}"
        if roll < 0.75:
            return f"{self.pick(['acc', 'acc', '[1, 2]', '(l + [])', 'pair', '[]'])}.{self.pick(LIST_METHODS)}"
        return f"{self.pick(['d', 'dd', 'users[0]', '{}', 'pair'])}.{self.pick(DICT_METHODS)}"

    def subscript(self, e):
        base = self.pick(["s", "l", "ls", "d", "users", "u", "nested", "pair", "mixed", "missing", "t", "i", "nil"])
        roll = self.random.random()
        if roll < 0.35:
            parts = [self.pick(["", "1", "-1", "2", "i", "0", "10", "-10", "none"]) for _ in range(2)]
            step = self.pick(["", "", "", ":2", ":-1", ":-2", ":0", ":"])
            return f"{base}[{parts[0]}:{parts[1]}{step}]"
        if roll < 0.7:
            return f"{base}[{self.pick(['0', '1', '-1', '99', repr('a'), repr('name'), repr('upper'), e(), 'none', 'true', '1.0'])}]"
        return f"{base}.{self.pick(['a', 'b', 'name', '0', '1', 'c.x', 'items', 'nosuch', 'upper', '__class__', '_x', 'real', 'b.0', 'a.b'])}"

    def container(self, e):
        roll = self.random.random()
        count = self.random.randrange(4)
        if roll < 0.4:
            return "[" + ", ".join(e() for _ in range(count)) + self.pick(["", ","] if count else [""]) + "]"
        if roll < 0.6:
            return "(" + ", ".join(e() for _ in range(count)) + ("," if count == 1 else "") + ")"
        keys = ["'a'", "'b'", "1", "i", "s", "none", "(1, 2)", "1.0", "l"]
        return "{" + ", ".join(f"{self.pick(keys)}: {e()}" for _ in range(count)) + "}"

    def arguments(self, e):
        parts = [e() for _ in range(self.random.randrange(3))]
        if self.chance(0.2):
            parts.append("*" + self.pick(["l", "pair", "s", "range(2)", "i"]))
        if self.chance(0.4):
            parts.append(f"{self.pick(['a', 'b', 'x', 'name', 'caller'])}={e()}")
        if self.chance(0.15):
            parts.append("**" + self.pick(["d", "dd", "{}", "{'a': 5}", "l"]))
        return ", ".join(parts)

    # --- Statements

    def open(self):
        return self.pick(["{% ", "{%- ", "{% ", "{%", "{%+ "])

    def close(self):
        return self.pick([" %}", " -%}", " %}", "%}", " +%}"])

    def tag(self, text):
        return self.open() + text + self.close()

    def output(self):
        begin = self.pick(["{{ ", "{{ ", "{{- ", "{{"])
        end = self.pick([" }}", " }}", " -}}", "}}"])
        text = self.expression(self.random.randrange(1, 4))
        if text.startswith("{") or begin == "{{" and text[:1] in "-+{%#":
            text = " " + text
        if text.endswith("}"):
            text += " "
        return begin + text + end

    def body(self):
        return "".join(self.node() for _ in range(self.pick([1, 1, 1, 2])))

    def node(self, has_code=False):
        roll = self.random.random()
        if has_code:
            roll = 0.25 + roll * 0.75
        if self.depth > 1:
            roll *= 0.65 if self.depth == 2 else 0.5
        if roll < 0.25:
            return self.pick(TEXTS)
        if roll < 0.55:
            return self.output()
        if roll < 0.58:
            return self.pick(["{# c #}", "{#- c -#}", "{#- {{ x }} #}", "{# a\nb -#}", "{% raw %}{{ r }}{% endraw %}",
                              "{%- raw -%} {% x %} {%- endraw -%} ", "{% raw -%}\n a{%+ endraw %}"])
        self.depth += 1
        try:
            return self.statement()
        finally:
            self.depth -= 1

    def statement(self):
        kind = self.pick(["if", "if", "for", "for", "for", "set", "set", "set", "setblock", "macro", "call", "filter",
                          "with", "do", "namespace", "unpack", "print", "recursive", "error", "control", "shadow"])
        return getattr(self, "make_" + kind)()

    def make_if(self):
        text = self.tag(f"if {self.expression(2)}") + self.body()
        for _ in range(self.random.randrange(2) if self.chance(0.3) else 0):
            text += self.tag(f"elif {self.expression(2)}") + self.body()
        if self.chance(0.4):
            text += self.tag("else") + self.body()
        return text + self.tag("endif")

    def iterable(self):
        return self.pick(["l", "ls", "range(3)", "users", "d", "s[:3]", "empty", "nested", "missing", "d.items()", "dd",
                          "mixed", "[1, 2, 3]", "users|groupby('age')", "l|sort", "ls|map('upper')", "pair", "'ab'", "i",
                          "dd|dictsort", "l|batch(2)", "d|items", self.expression(1)])

    def make_for(self):
        target, source = "v", self.iterable()
        if self.chance(0.25):
            target = self.pick(["x, v", "(x, v)", "x, y, v", "v,"])
            source = self.pick(["d.items()", "dd|dictsort", "nested", "[(1, 2)]", "users", "d|items", "{'q': 1}.items()"])
        condition = f" if {self.pick([self.expression(1), 'v', 'v != 2', 'v is odd', 'not loop'])}" if self.chance(0.2) else ""
        self.loops += 1
        text = self.tag(f"for {target} in {source}{condition}") + self.body()
        if self.chance(0.15):
            text += self.tag("if " + self.expression(1)) + self.tag(self.pick(["break", "continue"])) + self.tag("endif")
            text += self.pick(TEXTS)
        self.loops -= 1
        if self.chance(0.25):
            text += self.tag("else") + self.body()
        return text + self.tag("endfor")

    def make_recursive(self):
        self.loops += 1
        inner = self.pick(["{{ node.v }}", "{{ loop.depth }}:{{ node.v }} ", "{{ loop.index }}/{{ loop.length }}", "{{ v }}"])
        text = (self.tag("for node in tree recursive") + inner + self.pick(["", self.output()])
                + "{% if node.k %}({{ loop(node.k) }}){% endif %}" + self.tag("endfor"))
        self.loops -= 1
        return text

    def make_set(self):
        return self.tag(f"set {self.pick(['x', 'y', 'v', 'i', 's', 'missing', 'l'])} = {self.expression(2)}")

    def make_setblock(self):
        return (self.tag(f"set {self.pick(['x', 'y', 'v'])}{self.pick(['', '', ' | upper', ' | trim | length', ' | indent(2)'])}")
                + self.body() + self.tag("endset"))

    def make_unpack(self):
        return self.tag(f"set {self.pick(['x, y', 'x, v', '(x, y)', 'x,'])} = "
                        f"{self.pick(['1, 2', 'pair', 'nested', '(1, 2, 3)', 'l', self.expression(1), repr('ab'), 'i', '[1],'])}")

    def make_macro(self):
        name = f"m{len(self.macros)}"
        parameters = self.pick(["", "a", "a, b", "a, b=2", "a=i, b=a", "x", "a, b=missing", "v=1", "name='q'"])
        saved, self.loops = self.loops, 0
        content = self.body() + self.pick(["", "{{ a }}", "{{ a }}{{ b }}", "{{ varargs }}", "{{ kwargs }}", "{{ caller() }}",
                                           "{{ caller is defined }}", "{{ x }}", "{{ varargs|length }}{{ kwargs|length }}"])
        self.loops = saved
        text = self.tag(f"macro {name}({parameters})") + content + self.tag("endmacro")
        self.macros.append(name)
        return text + (self.output() if self.chance(0.3) else "{{ %s(%s) }}" % (name, self.arguments(self.atom)))

    def make_call(self):
        target = self.pick(self.macros) if self.macros and self.chance(0.8) else "echo"
        signature = self.pick(["", "", "(q)", "(q, r=1)", "()"])
        saved, self.loops = self.loops, 0
        text = self.tag(f"call{signature} {target}({self.arguments(self.atom)})") + self.body() + self.tag("endcall")
        self.loops = saved
        return text

    def make_filter(self):
        return (self.tag("filter " + self.pick(["upper", "trim", "indent(3)", "replace('a', 'A')", "length", "upper|trim",
                                                "truncate(10)", "wordcount", "title", "list", "e"]))
                + self.body() + self.tag("endfilter"))

    def make_with(self):
        return (self.tag("with " + self.pick(["x = 1", "x = i, y = x", "v = l", "x = 1, y = 2", "", "x = " + self.expression(1)]))
                + self.body() + self.tag("endwith"))

    def make_do(self):
        return self.tag("do " + self.pick([self.method(), self.method(), "acc.append(i)", "d.update({'n': 1})", self.expression(1)]))

    def make_namespace(self):
        return (self.tag(f"set ns = namespace({self.pick(['a=1', '', 'a=[], b=2', 'd'])})")
                + self.tag(f"for v in {self.pick(['l', 'range(3)', 's[:2]'])}")
                + self.tag(f"set ns.a = {self.pick(['v', 'ns.a ~ v', 'ns.b', 'loop.index'])}") + self.tag("endfor")
                + "{{ ns.a }}{{ ns.b }}{{ ns.zz }}{{ acc }}")

    def make_print(self):
        return self.tag("print " + ", ".join(self.expression(1) for _ in range(self.random.randrange(1, 3))))

    def make_control(self):
        self.loops += 1
        text = (self.tag(f"for v in {self.pick(['range(4)', 'l', 'ls'])}") + "{{ v }}"
                + self.tag(f"if {self.pick(['loop.index > 1', 'v == 2', 'loop.last', 'true', 'loop.first'])}")
                + self.tag(self.pick(["break", "continue"])) + self.tag("endif") + "," + self.body()
                + self.pick(["", "{% else %}E"]) + self.tag("endfor"))
        self.loops -= 1
        return text

    def make_shadow(self):
        return (self.tag(f"set x = {self.atom()}") + self.tag("for v in [1, 2]") + self.pick(["{{ x }}", ""])
                + self.tag("set x = v") + "{{ x }}" + self.tag("endfor") + "{{ x }}"
                + self.tag(f"if {self.atom()}") + self.tag("set y = x") + self.tag("endif") + "{{ y }}")

    def make_error(self):
        if self.chance(0.8):
            return self.pick(TEXTS)
        return self.pick([
            "{% if %}", "{% endfor %}", "{% for in x %}", "{{ }}", "{% set 1 = 2 %}", "{{ a b }}", "{% unknown %}",
            "{{ 'abc }}", "{{ (1, 2 }}", "{% for v in l %}", "{{ x.%}", "{% macro m(a=1, b) %}{% endmacro %}", "{{ 1 + }}",
            "{# open", "{% raw %}", "{{ f(a=1, 2) }}", "{{ x is is y }}", "{% set true = 1 %}", "{{ x[1:2:3:4] }}", "{{ ! }}",
            "{% call x %}{% endcall %}", "{% break %}", "{{ x | }}", "{% for loop in l %}{% endfor %}", "{% else %}",
            "{{ {1} }}", "{{ [1,,2] }}", "{% set a.b.c = 1 %}", "{{ f(a=1, a=2) }}", "{% macro m(a, a) %}{% endmacro %}",
            "{% filter %}{% endfilter %}", "{% if true %}{% endfor %}", "{{ x.1.5 }}", "{{ 1.a }}", "{% set x %}",
            "{% with x %}{% endwith %}", "{{ \"\\x4\" }}", "{% do %}", "{{ a if }}", "{{ a.b.( }}", "{% set a.b = 1 %}",
            "{% set i.x = 1 %}", "{% for a.b in l %}{% endfor %}", "{{ none.x }}{{ missing.x }}", "{{ missing() }}",
        ])


def case(seed, index):
    """Most templates are small: many small ones reach more than a few large ones, which end at their first error."""
    generator = Generator(seed, index)
    parts = generator.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 3])
    template = "".join(generator.node(has_code=part == 0) for part in range(parts)) + generator.pick(["", "\n", "\n\n", "end"])
    return {"template": template, "context": CONTEXT_TEXT, "native": generator.chance(0.15)}
