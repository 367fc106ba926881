"""Products of several domains that share one catalog."""

from floe_command import Project

ENTERPRISE = """\
apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: acme, version: "1.0.0"}
scope: enterprise
plugins:
  catalog:
    type: sqlite
    config: {uri: %(folder)s/catalog.db, warehouse: "file://%(folder)s/warehouse"}
"""

DOMAIN = """\
apiVersion: floe.dev/v1
kind: Manifest
metadata: {name: %s, version: "1.0.0"}
scope: domain
parent_manifest: %s
"""

PRODUCT = """\
apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: %s, version: "1.0", owner: %s@example.com, description: Of %s.}
platform: {ref: ../mesh/%s.yaml}
"""


class Mesh:
    """A folder with the manifests of the mesh, products beside them, and one catalog for all."""

    def __init__(self, directory):
        self.directory = directory
        mesh = directory / "mesh"
        mesh.mkdir()
        (mesh / "enterprise.yaml").write_text(ENTERPRISE % {"folder": directory})
        for domain in ("sales", "hr"):
            self.domain(domain, "enterprise.yaml")

    def domain(self, name, parent, file=None):
        (self.directory / "mesh" / f"{file or name}.yaml").write_text(DOMAIN % (name, parent))

    def product(self, name, platform, files):
        folder = self.directory / name
        (folder / "models").mkdir(parents=True)
        (folder / "floe.yaml").write_text(PRODUCT % (name, name, name, platform))
        (folder / "dbt_project.yml").write_text(f"name: {name}\nmodels: {{+materialized: table}}\n")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return Project(folder)

    def people(self):
        """A product of the domain hr, which has run."""
        product = self.product("people", "hr", {"models/people.sql": "select 1 as id, 'Ada' as name"})
        product.run("run")
        return product
