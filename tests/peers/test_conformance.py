"""Every first-party plugin passes `floe plugin check` as a stranger's has to."""

import json
import subprocess

import pytest

from floe_command import BIN

PLUGINS = BIN.resolve().parents[1] / "lib/floe/plugins"
# What a plugin has to be told before it makes an instance. Nobody answers at port 9.
CONFIGS = {
    "floe.alert_channels/webhook": {"url": "http://127.0.0.1:9"},
    "floe.catalogs/sqlite": {"uri": "{directory}/catalog.db", "warehouse": "file://{directory}/warehouse"},
    "floe.identity/oidc": {"issuer": "http://127.0.0.1:9", "audience": "floe"},
    "floe.lineage_backends/file": {"path": "{directory}/events.jsonl"},
    "floe.lineage_backends/http": {"url": "http://127.0.0.1:9"},
    "floe.secrets/aws-secrets-manager": {"region": "eu-central-1", "endpoint": "http://127.0.0.1:9"},
    "floe.secrets/file": {"directory": "{directory}"},
    "floe.secrets/kubernetes": {"server": "http://127.0.0.1:9", "namespace": "floe", "token_file": "/dev/null"},
    "floe.sinks/files": {"directory": "{directory}/out"},
    "floe.telemetry_backends/otlp": {"endpoint": "http://127.0.0.1:9"},
}
FOUND = sorted(str(path.parent.relative_to(PLUGINS)) for path in PLUGINS.glob("*/*/plugin.json"))


@pytest.mark.parametrize("name", FOUND)
def test_first_party_plugins_conform(name, tmp_path):
    config = {key: value.format(directory=tmp_path) for key, value in CONFIGS.get(name, {}).items()}
    process = subprocess.run([str(BIN), "plugin", "check", str(PLUGINS / name), "--json", "--config", json.dumps(config)],
                             capture_output=True, text=True, timeout=300)
    checks = json.loads(process.stdout)["checks"]
    assert [check for check in checks if check["verdict"] == "failed"] == [] and process.returncode == 0, process.stderr
    assert sum(check["verdict"] == "passed" for check in checks) >= 35
