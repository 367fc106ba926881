"""A generated dbt project: layers of models with refs, tests, descriptions and a few macros; no raw data needed."""

import random

LAYERS = [("bronze", 0.3), ("silver", 0.4), ("gold", 0.3)]


def write_project(directory, models=500, seed=500):
    """The same arguments write the same files."""
    chance = random.Random(seed)
    (directory / "models").mkdir(parents=True)
    (directory / "macros").mkdir()
    (directory / "dbt_project.yml").write_text(
        "name: generated\nversion: \"1.0.0\"\nconfig-version: 2\nprofile: generated\n"
        "vars: {floor: 3}\nmodels:\n  generated:\n    +materialized: table\n")
    (directory / "macros/cents.sql").write_text(
        "{% macro cents(column, digits=2) %}cast(round({{ column }} / 100.0, {{ digits }}) as decimal(18, {{ digits }})){% endmacro %}\n")
    built = []
    for layer, share in LAYERS:
        folder, names = directory / "models" / layer, []
        folder.mkdir()
        for number in range(round(models * share)):
            name = f"{layer}_m{number:04d}"
            names.append(name)
            (folder / f"{name}.sql").write_text(model_sql(name, built, chance))
        (folder / f"{layer}.yml").write_text(properties(names))
        built = built + names


def model_sql(name, built, chance):
    if not built:
        return ("select i as id, i % 7 as kind, i * 13 % 1000 as amount\n"
                f"from range({chance.randrange(50, 200)}) numbers(i)\n")
    parents = chance.sample(built, min(len(built), chance.randrange(1, 4)))
    parts = "\nunion all\n".join(
        f"select id, kind, amount from {{{{ ref('{parent}') }}}} where kind <> {chance.randrange(7)}" for parent in parents)
    return (f"{{{{ config(tags=['{chance.choice(['hot', 'cold'])}']) }}}}\n"
            f"with parents as (\n{parts}\n)\n"
            "select id, {% for n in range(var('floor')) %}kind + {{ n }} as kind_{{ n }}, {% endfor %}\n"
            "  min(kind) as kind, max(amount) as amount, {{ cents('sum(amount)') }} as total\n"
            "from parents group by all\n")


def properties(names):
    lines = ["version: 2", "", "models:"]
    for name in names:
        lines += [f"  - name: {name}", f"    description: Generated model {name}.", "    columns:",
                  "      - name: id", "        description: Id.", "        data_tests: [not_null]",
                  "      - name: amount", "        description: Amount in cents."]
    return "\n".join(lines) + "\n"
