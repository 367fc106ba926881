"""What a machine demands holds against whoever writes the project, the flags and the environment.

Each row is an attack on a project with a model that breaks a rule: what is changed, the command, its exit code and the codes that it
reports.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess

import pytest

from floe_command import BIN, Project
from machine_files import with_machine_files

REACHED_BY = ("base/io/", "libfloe-core/src/", "libfloe-dbt/src/project/")
ENTERPRISE = """metadata: {name: acme, version: "1.0.0"}
scope: enterprise
approved_plugins: {dbt: [native]}
data_architecture: {pattern: medallion, naming: {enforcement: strict}}
governance:
  data_contracts: {enforcement: strict}
  policy_overrides: [{pattern: "old_*", action: downgrade, reason: moving, expires: 2020-01-31}]
"""
SALES = """metadata: {name: sales, version: "1.0.0"}
scope: domain
parent_manifest: enterprise.yaml
"""
PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: {name: shop, version: "1.0", owner: me, description: Orders.}
platform: {ref: mesh/sales.yaml}
"""
BAD = "select 1 as ssn"
FILES = {"mesh/enterprise.yaml": ENTERPRISE, "mesh/sales.yaml": SALES, "floe.yaml": PRODUCT, "dbt_project.yml": "name: shop\n",
         "models/bronze_a.sql": "select 1 as id\n"}
SHADOW = {"manifest_version": 1, "id": "org.example.dbt.native", "version": "1.0.0", "vendor": "Example", "runtime": "python",
          "abi": {"major": 1}, "group": "floe.dbt", "name": "native", "interface": "floe.dbt/1", "capabilities": [], "library": "native.py"}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def chain_digest(*texts):
    """Of manifests, the outermost first, as a pin names them."""
    digest = f"sha256:{sha256(texts[0])}"
    for text in texts[1:]:
        digest = f"sha256:{sha256(f'{digest}{chr(10)}sha256:{sha256(text)}{chr(10)}')}"
    return digest


REQUIRED = chain_digest(ENTERPRISE)
PINNED = chain_digest(ENTERPRISE, SALES)


class Shop(Project):
    def __init__(self, directory):
        super().__init__(directory / "shop")
        self.home = directory / "home"
        self.home.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "NO_COLOR": "1"}
        self.write(FILES)

    def write(self, files):
        for name, text in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def edit(self, name, old, new):
        path = self.directory / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def codes(self, *words, environment=None, policy=None, mode=0o644):
        """Exit code, and the codes of all findings. `policy` is the text of /etc/floe/policy.yaml."""
        command = [str(BIN), "--error-format", "concise", "-C", str(self.directory), *words]
        if policy is not None:
            command = with_machine_files(self.home / "policy", {"policy.yaml": policy}, command, mode)
        process = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**self.environment, **(environment or {})})
        found = re.findall(r"(?:error|warning)\[FLOE-(.\d{4})\]", process.stderr)
        return process.returncode, sorted(set(found)), process

    def shadow(self, root, **changes):
        folder = root / "floe.dbt/native"
        folder.mkdir(parents=True)
        (folder / "plugin.json").write_text(json.dumps({**SHADOW, **changes}))
        (folder / "native.py").write_text(
            "import json\nfrom floe.plugins import DBTPlugin\n\nclass Native(DBTPlugin):\n    def parse(self, call, request):\n"
            "        return json.dumps({'metadata': {'project_name': 'shop'}, 'nodes': {}, 'sources': {}})\n")
        return root


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def bad_model(shop):
    shop.write({"models/orders.sql": BAD})


def no_platform(shop):
    bad_model(shop)
    shop.edit("floe.yaml", "platform: {ref: mesh/sales.yaml}\n", "")


def no_product(shop):
    bad_model(shop)
    (shop.directory / "floe.yaml").unlink()


def own_platform(shop):
    bad_model(shop)
    shop.write({"mesh/sales.yaml": 'metadata: {name: sales, version: "1.0.0"}\n'})


def own_enterprise(shop):
    bad_model(shop)
    shop.write({"mesh/enterprise.yaml": 'metadata: {name: acme, version: "1.0.0"}\nscope: enterprise\n'})


def pinned(shop):
    shop.edit("floe.yaml", "mesh/sales.yaml", f"mesh/sales.yaml@{PINNED}")


def pinned_own_enterprise(shop):
    pinned(shop)
    own_enterprise(shop)


def pinned_to_the_file(shop):
    shop.edit("floe.yaml", "mesh/sales.yaml", f"mesh/sales.yaml@sha256:{sha256(SALES)}")


def replaced(kind):
    def change(shop):
        bad_model(shop)
        name = "dbt_project.yml" if kind.startswith("dbt ") else "floe.yaml"
        path = shop.directory / name
        path.unlink()
        if kind.endswith("link"):
            path.symlink_to("nowhere.yaml")
        elif kind.endswith("pipe"):
            os.mkfifo(path)
        elif kind.endswith("folder"):
            path.mkdir()
        else:
            path.with_name(name.capitalize()).write_text(FILES[name])
    return change


def pipe_among_models(shop):
    os.mkfifo(shop.directory / "models/orders.sql")


def dbt_project_below(shop):
    shop.write({"below/dbt_project.yml": "name: below\n", "below/models/orders.sql": BAD})


def dbt_project_of_the_product(shop):
    """The product's own dbt project, entered: its platform holds."""
    shop.write({"below/dbt_project.yml": "name: below\n", "below/models/orders.sql": BAD})
    (shop.directory / "dbt_project.yml").unlink()
    shop.edit("floe.yaml", "platform:", "transforms: [{type: dbt, path: below/models}]\nplatform:")


def old_override(shop):
    shop.write({"models/old_orders.sql": BAD})


POLICY = f"version: 1\nrequire_platform: {{ref: mesh/enterprise.yaml, digest: '{REQUIRED}'}}\n"
VARIABLE = {"FLOE_REQUIRE_PLATFORM": f"mesh/enterprise.yaml@{REQUIRED}"}
OTHER = {"FLOE_REQUIRE_PLATFORM": f"elsewhere.yaml@sha256:{'0' * 64}"}
EPOCH = {"SOURCE_DATE_EPOCH": "0"}
OK = (0, [])
REFUSED = (1, ["E0785"])
# What is attacked, how, the command, and what it ends with.
ATTACKS = {
    "no attack: a variable": (None, ["compile"], dict(environment=VARIABLE), OK),
    "no attack: a policy": (None, ["compile"], dict(policy=POLICY), OK),
    "no attack: a pin": (pinned, ["compile"], dict(environment={"CI": "true"}), OK),
    # B7: nothing says that a platform must be used, or which
    "platform left out, variable": (no_platform, ["compile"], dict(environment=VARIABLE), REFUSED),
    "platform left out, policy": (no_platform, ["run"], dict(policy=POLICY), REFUSED),
    "floe.yaml left out": (no_product, ["run"], dict(policy=POLICY), REFUSED),
    "floe.yaml left out, read": (no_product, ["dbt", "ls"], dict(policy=POLICY), REFUSED),
    "a manifest of one's own": (own_platform, ["run"], dict(policy=POLICY), REFUSED),
    "an enterprise of one's own": (own_enterprise, ["run"], dict(policy=POLICY), REFUSED),
    "a variable weakens no policy": (no_platform, ["compile"], dict(policy=POLICY, environment={"FLOE_REQUIRE_PLATFORM": ""}), REFUSED),
    "a variable demands more": (None, ["compile"], dict(policy=POLICY, environment=OTHER), REFUSED),
    "a variable without a digest": (None, ["compile"], dict(environment={"FLOE_REQUIRE_PLATFORM": "mesh/sales.yaml"}), (2, ["E0786"])),
    "a policy that others may write": (None, ["compile"], dict(policy=POLICY, mode=0o666), (2, ["E0786"])),
    "a policy with signers": (None, ["compile"], dict(policy="version: 1\nsigners: [acme]\n"), (2, ["E0207"])),
    "a policy without a version": (None, ["compile"], dict(policy="plugins: {locked: true}\n"), (2, ["E0203"])),
    "locked plugins": (None, ["compile"], dict(policy="version: 1\nplugins: {locked: true}\n"), (1, ["E0433"])),
    "the parent of a pinned manifest": (pinned_own_enterprise, ["run"], {}, (2, ["E0324"])),
    "a pin of one file of two": (pinned_to_the_file, ["run"], {}, (2, ["E0324"])),
    "an unpinned platform in CI": (None, ["compile"], dict(environment={"CI": "true"}), (0, ["W0787"])),
    # B8: a floe.yaml that is no file
    "floe.yaml: a dangling link": (replaced("link"), ["run"], {}, (2, ["E0802"])),
    "floe.yaml: a pipe": (replaced("pipe"), ["run"], {}, (2, ["E0802"])),
    "floe.yaml: a folder": (replaced("folder"), ["run"], {}, (2, ["E0802"])),
    "Floe.yaml": (replaced("case"), ["run"], {}, (2, ["E0303"])),
    "dbt_project.yml: a dangling link": (replaced("dbt link"), ["run"], {}, (2, ["E0802"])),
    "dbt_project.yml: a pipe": (replaced("dbt pipe"), ["run"], {}, (2, ["E0802"])),
    "dbt_project.yml: a folder": (replaced("dbt folder"), ["run"], {}, (2, ["E0802"])),
    "Dbt_project.yml": (replaced("dbt case"), ["run"], {}, (2, ["E0303"])),
    "a model that is a pipe": (pipe_among_models, ["run"], {}, (1, ["E0603"])),
    "a dbt project below a product": (dbt_project_below, ["dbt", "run", "--project-dir", "below"], {}, (1, ["E0788"])),
    "the dbt project of a product": (dbt_project_of_the_product, ["dbt", "run", "--project-dir", "below"], {}, (1, ["E0701", "W1701"])),
    # B9: time belongs to whoever is judged
    "SOURCE_DATE_EPOCH": (old_override, ["run"], dict(environment=EPOCH), (1, ["E0701", "W1701"])),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack(shop, attack):
    change, words, options, (code, codes) = ATTACKS[attack]
    if change:
        change(shop)
    words = [str(shop.directory / word) if word == "below" else word for word in words]
    found_code, found, process = shop.codes(*words, **options)
    expired = [] if "W1701" in codes else ["W1701"]  # the override of the enterprise has expired
    assert (found_code, sorted(set(found) - set(expired))) == (code, sorted(codes)), process.stdout + process.stderr
    assert not (shop.state / "warehouse").exists() or code == 0


CHOICES = {
    "a name": ("native", {}, (1, ["E0329", "E0448"])),
    "the id of floe's own": ("native@io.floe.dbt.native", {"id": "io.floe.dbt.native"}, (1, ["E0329", "E0448"])),
    "another id, not approved": ("native@org.example.dbt.native", {}, (1, ["E0329"])),
}


@pytest.mark.parametrize("root", ["FLOE_PLUGIN_PATH", "--plugin-root", "XDG_DATA_HOME"])
@pytest.mark.parametrize("choice", CHOICES)
def test_shadowed_dbt(shop, tmp_path, root, choice):
    """B4: a dbt plugin that finds no models passes every rule."""
    bad_model(shop)
    type_of_dbt, changes, expected = CHOICES[choice]
    shop.edit("mesh/enterprise.yaml", "approved_plugins", f"plugins: {{dbt: {type_of_dbt}}}\napproved_plugins")
    places = {"FLOE_PLUGIN_PATH": tmp_path / "plugins", "--plugin-root": tmp_path / "plugins", "XDG_DATA_HOME": tmp_path / "data/floe/plugins"}
    folder = shop.shadow(places[root], **changes)
    words, environment = ["compile"], {}
    if root == "--plugin-root":
        words = ["--plugin-root", str(folder), *words]
    else:
        environment[root] = str(tmp_path / ("data" if root == "XDG_DATA_HOME" else "plugins"))
    code, codes, process = shop.codes(*words, environment=environment)
    assert (code, sorted(set(codes) - {"W1405", "W1701"})) == expected, process.stdout + process.stderr


def test_the_dbt_plugin_is_recorded(shop):
    shop.run("compile", env=shop.environment)
    dbt = json.loads((shop.state / "target/enforcement.json").read_text())["dbt"]
    own = BIN.parents[1] / "lib/floe/plugins/floe.dbt/native"
    manifest = json.loads((own / "plugin.json").read_text())
    library = next(own.glob("*.so"))
    assert dbt == {"id": "io.floe.dbt.native", "version": manifest["version"], "came_with_floe": True,
                   "sha256": hashlib.sha256(library.read_bytes()).hexdigest()}


def test_without_a_platform_a_shadow_is_told(shop, tmp_path):
    (shop.directory / "floe.yaml").unlink()
    shutil.copytree(BIN.parents[1] / "lib/floe/plugins/floe.dbt/native", tmp_path / "plugins/floe.dbt/native")
    code, codes, process = shop.codes("--plugin-root", str(tmp_path / "plugins"), "compile", environment={"LD_LIBRARY_PATH": str(BIN.parents[1] / "lib")})
    assert (code, codes) == (0, ["W0449"]), process.stdout + process.stderr


def entries(shop):
    return sorted((shop.home / ".cache/floe").rglob("*.json"))


def from_cache(shop, **options):
    return json.loads(subprocess.run([BIN, "-C", shop.directory, "--output", "json", "compile"], capture_output=True, text=True, check=True,
                                     env={**shop.environment, **options}).stdout)["from_cache"]


def test_the_cache_is_the_users(shop):
    """B5: nothing in the project answers for a compile, and no entry that this user did not write here does."""
    assert [from_cache(shop), from_cache(shop)] == [False, True]
    assert not [path for path in shop.state.rglob("*") if path.name in ("compile.json", "lineage.json") and "cache" in path.parts]
    key = shop.home / ".config/floe/cache.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    entry, = (path for path in entries(shop) if path.name == "compile.json")
    written = entry.read_text()
    for edited in (written.replace('"models":1', '"models":2'), written[1:], written.split("\n", 1)[1]):
        assert edited != written
        entry.write_text(edited)
        assert [from_cache(shop), from_cache(shop)] == [False, True]
    # As a CI system restores it, where another key was made.
    kept = entry.read_text()
    key.unlink()
    assert from_cache(shop) is False
    entry.write_text(kept)
    assert from_cache(shop) is False


def test_the_verdict_of_another_project_says_nothing(shop):
    assert from_cache(shop) is False
    entry, = (path for path in entries(shop) if path.name == "compile.json")
    code, body = entry.read_text().split("\n", 1)
    bad_model(shop)
    key = hashlib.sha256(b"guessed").hexdigest()
    entry.write_text(code + "\n" + body.replace(json.loads(body)["key"], key))
    assert shop.codes("run")[:2] == (1, ["E0701", "W1701"])


@pytest.mark.parametrize("place", ["no home", "a key that others read", "a home in the project", "a policy"])
def test_no_cache(shop, place):
    options = {}
    if place == "no home":
        del shop.environment["HOME"]
    elif place == "a key that others read":
        assert from_cache(shop) is False
        (shop.home / ".config/floe/cache.key").chmod(0o644)
    elif place == "a home in the project":
        shop.environment["HOME"] = str(shop.directory / "home")
        (shop.directory / "home").mkdir()
    if place == "a policy":
        said = [re.search(r"\[4/4\].*", shop.codes("compile", policy="version: 1\ncache: {read: false}\n")[2].stdout)[0] for _ in range(2)]
        assert said[0] == said[1]
        shop.run("compile", env=shop.environment)
        answer = shop.codes("--output", "json", "compile", policy="version: 1\ncache: {read: false}\n")[2].stdout
        assert json.loads(answer)["from_cache"] is False
        return
    assert [from_cache(shop, **options), from_cache(shop, **options)] == [False, False]
    doctor = subprocess.run([BIN, "-C", shop.directory, "doctor"], capture_output=True, text=True, env=shop.environment)
    assert "✓ cache: none, so every compile starts anew: " in doctor.stdout


def test_a_mirror_satisfies_no_pin_with_other_bytes(shop, tmp_path):
    """B7: what FLOE_OCI_MIRROR names has to have the pinned digest."""
    made = []
    for version, text in enumerate((ENTERPRISE, ENTERPRISE.replace("strict", "warn"))):
        (shop.directory / "published.yaml").write_text(text)
        answer = shop.json("platform", "compile", "published.yaml", "--layout", str(tmp_path / f"mirror{version}/reg/acme"), env=shop.environment)
        made.append(answer["digest"])
    assert made[0] != made[1]
    shop.edit("floe.yaml", "mesh/sales.yaml", f"oci://reg/acme:v1.0.0@{made[0]}")
    assert shop.codes("compile", environment={"FLOE_OCI_MIRROR": str(tmp_path / "mirror0")})[0] == 0
    code, codes, process = shop.codes("compile", environment={"FLOE_OCI_MIRROR": str(tmp_path / "mirror1")})
    assert (code, codes) == (2, ["E0301"]), process.stderr
    index = tmp_path / "mirror1/reg/acme/index.json"
    index.write_text(index.read_text().replace(made[1], made[0]))
    hexes = [digest.removeprefix("sha256:") for digest in made]
    blobs = index.parent / "blobs/sha256"
    shutil.copy(blobs / hexes[1], blobs / hexes[0])
    code, codes, process = shop.codes("compile", environment={"FLOE_OCI_MIRROR": str(tmp_path / "mirror1")})
    assert (code, codes) == (2, ["E0325"]), process.stderr


def test_contracts_compare_with_what_is_registered(shop):
    """B9: a fresh checkout has no .floe/contracts."""
    shop.write({"floe.yaml": PRODUCT + "output_ports: [{name: a, model: bronze_a, description: A.}]\n",
                "models/bronze_a.sql": "select 1 as id, 2 as amount\n",
                "models/schema.yml": "models: [{name: bronze_a, columns: [{name: id, data_type: integer}, {name: amount, data_type: integer}]}]\n"})
    shop.run("product", "register", env=shop.environment)
    shutil.rmtree(shop.state)
    shop.write({"models/bronze_a.sql": "select 1 as id\n",
                "models/schema.yml": "models: [{name: bronze_a, columns: [{name: id, data_type: integer}]}]\n"})
    code, codes, process = shop.codes("compile")
    assert (code, sorted(set(codes))) == (1, ["E0375", "W1701"]), process.stderr
    shop.write({"floe.yaml": PRODUCT.replace('"1.0"', '"1.1"')})
    code, codes, process = shop.codes("compile")
    assert (code, sorted(set(codes))) == (1, ["E0798", "W1701"]), process.stderr


@pytest.mark.parametrize("words", [["compile"], ["run"], ["lineage"], ["show", "bronze_a"], ["table", "list"], ["table", "describe", "x.y"],
                                   ["table", "verify"], ["dbt", "ls"], ["dbt", "parse"], ["contract", "drift"]], ids=" ".join)
def test_whoever_reads_says_who_they_are(shop, words):
    """B9: rbac is asked by every verb that shows something of the product."""
    shop.edit("mesh/enterprise.yaml", "governance:", "governance:\n  rbac: {enabled: true}")
    assert shop.codes(*words)[:2] == (1, ["E0781"])
    assert "E0781" not in shop.codes(*words, environment={"FLOE_PRINCIPAL": "ada@example.com"})[1]


def test_verify(shop, tmp_path):
    """A verdict is reached again elsewhere."""
    shop.run("compile", env=shop.environment)
    artifact = tmp_path / "artifact.json"
    shutil.copy(shop.state / "target/compiled_artifacts.json", artifact)
    (tmp_path / "elsewhere").mkdir()
    elsewhere = Shop(tmp_path / "elsewhere")
    answer = json.loads(elsewhere.codes("--output", "json", "verify", str(artifact), "--platform", PINNED)[2].stdout)
    assert answer["success"] is True and answer["differences"] == []
    assert elsewhere.codes("verify", str(artifact), "--platform", REQUIRED)[0] == 0
    assert elsewhere.codes("verify", str(artifact), "--platform", f"sha256:{'0' * 64}")[:2] == (1, ["E0785"])
    edited = json.loads(artifact.read_text())
    edited["enforcement_result"]["passed"] = False
    artifact.write_text(json.dumps(edited))
    assert elsewhere.codes("verify", str(artifact), "--platform", PINNED)[:2] == (1, ["E0789", "W1701"])
    bad_model(elsewhere)
    assert elsewhere.codes("verify", str(artifact), "--platform", PINNED)[:2] == (1, ["E0701", "W1701"])
    artifact.write_text("{}")
    assert elsewhere.codes("verify", str(artifact), "--platform", PINNED)[0] == 2
    assert not elsewhere.state.exists()
