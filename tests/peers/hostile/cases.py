"""The table: name, files of the project, command, and what has to come of it."""

import itertools

from hostile import content
from hostile.case import Case, ingest, source
from hostile.data import data
from hostile.documents import documents
from hostile.tables import tables

ODD = {"fifo": content.fifo, "device": content.link("/dev/zero"), "link to nothing": content.link("nowhere"),
       "kernel": content.link("/proc/self/environ"), "3 GB": content.sparse}


def special_files():
    unreadable = ("FLOE-E0603", "FLOE-E0605", "FLOE-E0802")
    names = ["dbt_project.yml", "floe.yaml", "profiles.yml", "models/odd.sql", "models/odd.yml", "macros/odd.sql", "seeds/odd.csv",
             "models/odd.md", "tests/odd.sql", "snapshots/odd.sql", "analyses/odd.sql", "vars.yml", "selectors.yml", "packages.yml",
             "dependencies.yml", ".dbtignore", "manifest.yaml"]
    for name, (kind, writer) in itertools.product(names, ODD.items()):
        files = {name: writer}
        if name == "manifest.yaml":
            files["floe.yaml"] = ("apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: {name: x, version: '1.0'}\n"
                                  "platform: {ref: manifest.yaml}\n")
        yield Case(f"file: {name} is {kind}", files, (*unreadable, "FLOE-E0303"), seconds=5, megabytes=300,
                   smoke=(name, kind) in {("models/odd.sql", "fifo"), ("floe.yaml", "device"), ("seeds/odd.csv", "3 GB")})
    for kind in ("csv", "jsonl", "parquet"):
        for what, writer in ODD.items():
            yield ingest(f"is {what}", writer, kind, ("FLOE-E0805",), seconds=5, megabytes=350)
    yield Case("file: sources in /proc", {"floe.yaml": source("/proc/*", "csv")}, ("FLOE-E0805",), ("ingest",), seconds=5, smoke=True)


NESTED = "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
DOUBLED = "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = WHAT %}{% endfor %}"
TEMPLATES = {
    "empty loops": "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "loops with text": "{% for i in range(100000) %}{% for j in range(100000) %}abc{% endfor %}{% endfor %}",
    "loops with a test": "{% for i in range(100000) %}{% for j in range(100000) if j > i * 2 %}{% endfor %}{% endfor %}",
    "a list that grows in its loop": "{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}",
    "a list that doubles": "{% set l = [1] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}",
    "a sum of lists": "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
    "a product of lists": "{{ ([1] * 8000000) * 8000000 }}",
    "a mapping that grows": "{% set d = {} %}{% for i in range(100000) %}{% for j in range(100000) %}{% do d.update({(i, j): 1}) %}"
                            "{% endfor %}{% endfor %}",
    "a text that doubles by ~": DOUBLED.replace("WHAT", "ns.s ~ ns.s"),
    "a text that doubles by +": DOUBLED.replace("WHAT", "ns.s + ns.s"),
    "a text that doubles by %": DOUBLED.replace("WHAT", "'%s%s' % (ns.s, ns.s)"),
    "a text that doubles by format": DOUBLED.replace("WHAT", "'{0}{0}'.format(ns.s)"),
    "a text that doubles by replace": DOUBLED.replace("WHAT", "ns.s | replace('x', 'xx')"),
    "a text that doubles by join": DOUBLED.replace("WHAT", "[ns.s, ns.s] | join"),
    "a block that doubles": "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set t %}{{ ns.s }}{{ ns.s }}{% endset %}"
                            "{% set ns.s = t %}{% endfor %}",
    "a long output": "{% set s = 'x' * 1000000 %}{% for i in range(100000) %}{{ s }}{% endfor %}",
    "indentation": "{{ ('a\n' * 100000) | indent(1000000) }}",
    "wrapping": "{{ ('a ' * 100000) | wordwrap(1, wrapstring='x' * 100000) }}",
    "centering": "{{ 'a' | center(10000000000) }}",
    "tabs": "{{ ('\t' * 100000).expandtabs(1000000000) }}",
    "a shared list as text": NESTED + "{{ ns.l }}",
    "a shared list as JSON": NESTED + "{{ tojson(ns.l) }}",
    "a shared list as YAML": NESTED + "{{ toyaml(ns.l) }}",
    "a shared list printed": NESTED + "{{ ns.l | pprint }}",
    "shared lists compared": NESTED + "{% set k = namespace(l=[1]) %}{% for i in range(60) %}{% set k.l = [k.l, k.l] %}{% endfor %}"
                                      "{{ k.l == ns.l }}",
    "a shared tuple as a key": "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}"
                               "{{ {ns.t: 1} }}",
    "a deep list as text": "{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
    "a deep tuple as a key": "{% set ns = namespace(t=()) %}{% for i in range(100000) %}{% set ns.t = (ns.t,) %}{% endfor %}"
                             "{{ {ns.t: 1} }}",
    "long texts that live": "{% set l = [] %}{% for i in range(1000) %}{% do l.append('x' * 10000000 ~ i) %}{% endfor %}",
    "a long text read often": "{% set s = 'x' * 100000000 %}{% for i in range(100000) %}{% set t = s | upper %}{% endfor %}",
    "a long text compared often": "{% set s = 'x' * 100000000 %}{% for i in range(100000) %}{% set t = s == s ~ '' %}{% endfor %}",
    "a search in a long text": "{% set s = 'x' * 100000000 %}{% for i in range(100000) %}{% set t = 'y' in s %}{% endfor %}",
    "large numbers": "{% set n = 7 ** 20000 %}{% for i in range(100000) %}{% for j in range(100000) %}{% set x = n * n % 10 %}{% endfor %}"
                     "{% endfor %}",
    "a power": "{{ 9 ** 99999999 }}",
    "a sorted list": "{% set l = range(100000) | list %}{% for i in range(100000) %}{% set x = l | sort %}{% endfor %}",
    "an expression matched slowly": "{% for i in range(100000) %}{{ modules.re.match('(a+)+[bc]', 'a' * 25) }}{% endfor %}",
    "combinations": "{{ modules.itertools.permutations(range(20)) | list }}",
    "endless counting": "{% for i in modules.itertools.count() %}{% endfor %}",
    "endless repeating": "{{ modules.itertools.repeat(1) | list }}",
    "a recursive loop": "{% set l = [] %}{% do l.append(l) %}{% for i in l recursive %}{{ loop(i) }}{% endfor %}",
    "nested parentheses": "{{ " + "(" * 100000 + "1" + ")" * 100000 + " }}",
    "nested lists": "{{ " + "[" * 100000 + "]" * 100000 + " }}",
    "nested mappings": "{{ " + "{1:" * 100000 + "1" + "}" * 100000 + " }}",
    "nested ifs": "{% if true %}" * 50000 + "{% endif %}" * 50000,
    "nested fors": "{% for i in [1] %}" * 50000 + "{% endfor %}" * 50000,
    "nested sets": "{% set a %}" * 50000 + "{% endset %}" * 50000,
    "nested nots": "{{ " + "not " * 100000 + "1 }}",
    "nested calls": "{{ " + "f(" * 100000 + ")" * 100000 + " }}",
    "unclosed": "{{ " * 100000,
    "unclosed comment": "{# " * 100000,
    "unclosed raw": "{% raw %}" * 100000,
    "no UTF-8": b"{{ '\xff\xfe' }}",
}
# What of these ends well, and how: a text of many filters or terms is only long.
LONG_TEMPLATES = {
    "filters": "{{ 1" + " | string" * 400 + " }}",
    "terms": "{{ 1" + " + 1" * 400 + " }} as a",
    "comments": "{# x #}" * 100000 + "select 1 as a",
    "lines": "\n" * 1000000 + "select 1 as a",
}


def templates():
    for name, source in TEMPLATES.items():
        codes = {"no UTF-8": "FLOE-E0615"}.get(name, "")
        yield Case(f"template: {name}", {"models/odd.sql": source}, (codes or "FLOE-E0606", "FLOE-E0607"), seconds=60, megabytes=1500,
                   smoke=name in {"empty loops", "a text that doubles by ~", "a list that grows in its loop"})
    for name, source in LONG_TEMPLATES.items():
        yield Case(f"template: many {name}", {"models/odd.sql": source}, megabytes=300)
    for name in ("empty loops", "a text that doubles by ~"):
        source = TEMPLATES[name]
        yield Case(f"template: {name} in a macro", {"macros/odd.sql": "{% macro odd() %}" + source + "{% endmacro %}",
                                                    "models/odd.sql": "{{ odd() }}"}, ("FLOE-E0607",), megabytes=1500)
        quoted = "'" + source.replace("'", "''") + "'"
        yield Case(f"template: {name} in dbt_project.yml", {"dbt_project.yml": f"name: x\nvars: {{a: 1}}\nmodels: {{+tags: {quoted}}}"},
                   ("FLOE-E0602", "FLOE-E0607"), megabytes=1500)
        yield Case(f"template: {name} in a description", {"models/odd.yml": f"models: [{{name: keep, description: {quoted}}}]"},
                   ("FLOE-E0607", "FLOE-E0616"), megabytes=1500)


SMOKE = {"csv: a million columns", "jsonl: objects, 20,000 deep", "parquet: a footer of 4 GB", "floe.yaml: aliases of aliases",
         "SQL: rows by rows", "SQL: deep JSON", "metadata: lists, 100,000 deep", "Avro: a map of 2^62 entries",
         "file: 400 directories inside each other"}
ALL = [*special_files(), *templates(), *data(), *documents(), *tables()]
for case in ALL:
    case.smoke = case.smoke or case.name in SMOKE
