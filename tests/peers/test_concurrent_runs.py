"""Two `floe run` at once: the new snapshots are the commits they report, and none is lost."""

import json
import subprocess

from iceberg_catalog import digests, snapshot_ids


def test_no_commit_is_lost(fresh_demo, tmp_path):
    project = fresh_demo
    project.run("run")
    before = snapshot_ids(project)
    for _ in range(3):
        known = snapshot_ids(project)
        files = [tmp_path / f"answer-{number}.json" for number in range(2)]
        processes = [project.start("run", "--full-refresh", "--output", "json", stdout=file.open("w"), stderr=subprocess.DEVNULL)
                     for file in files]
        for process in processes:
            process.wait(timeout=600)
        reports = [json.loads(file.read_text()) for file in files]
        for process, report in zip(processes, reports):
            failed = [result for result in report["results"] if result["status"] in ("error", "fail", "runtime error")]
            assert process.returncode == (1 if failed else 0), failed
        reported = sorted(int(result["snapshot_id"]) for report in reports for result in report["results"] if result.get("snapshot_id"))
        assert len(reported) == len(set(reported)), "one snapshot was reported by both runs"
        after = snapshot_ids(project)
        for name, ids in known.items():
            assert after[name][:len(ids)] == ids, f"{name} lost snapshots"
        new = sorted(snapshot for name, ids in after.items() for snapshot in ids[len(known.get(name, [])):])
        # Both reports hold every commit, ingestion included.
        assert new == reported
        assert all(report["results"] for report in reports)
    assert snapshot_ids(project) != before
    expected = digests(project)
    project.run("run", "--full-refresh")
    assert digests(project) == expected
