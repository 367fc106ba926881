"""The verbs of floe.h as methods; written by tools/generate_verbs.py."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from floe._answer import Answer

Path = Union[str, "os.PathLike[str]"]
Text = Union[str, int]
Words = Union[str, Iterable[str]]


def _text(value: Optional[Text]) -> Optional[str]:
    return None if value is None else str(value)


def _path(value: Optional[Path]) -> Optional[str]:
    return None if value is None else os.path.abspath(value)


def _words(value: Optional[Words]) -> Optional[List[str]]:
    if value is None:
        return None
    return [value] if isinstance(value, str) else list(value)


class Verbs:
    """One method for each verb; see docs/reference/verbs.md for what they answer."""

    def call(self, verb: str, request: Mapping[str, Any]) -> Answer:
        raise NotImplementedError

    def compile(self, *, vars: Optional[Mapping[str, Any]] = None, target: Optional[Text] = None,
                output_format: Optional[Text] = None, dry_run: bool = False, locked: bool = False,
                untrusted: bool = False) -> Answer:
        """Check the product against its platform; nothing runs.

        Loads manifest and product, checks all policies, and writes compiled_artifacts.json. FLOE_DATA with all findings when
        a rule is broken. "artifact" is null after "dry_run".

        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        output_format: the artifact's file: json (default), yaml or configmap
        dry_run: all verdicts; nothing is written
        locked: refuse other plugins than floe.lock names
        untrusted: as the change of somebody unknown: nothing is executed or read besides the project
        """
        request: Dict[str, Any] = {"vars": vars, "target": _text(target), "output_format": _text(output_format),
            "dry_run": dry_run or None, "locked": locked or None, "untrusted": untrusted or None}
        return self.call("compile", request)

    def verify(self, artifact: Path, *, platform: Text, vars: Optional[Mapping[str, Any]] = None,
               target: Optional[Text] = None) -> Answer:
        """Reach the verdict of a compiled artifact again, on a platform that you name.

        Compiles the project without writing anything and without what earlier compiles left, and compares all that the
        artifact says. FLOE_DATA with FLOE-E0785 when the project is of another platform, with other findings when it does
        not compile; exit code 1 with FLOE-E0789 when the artifact is another one.

        artifact: compiled_artifacts.json that somebody else made
        platform: digest of the platform with all above it: sha256:..., as `floe platform show` prints it
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        """
        request: Dict[str, Any] = {"artifact": _path(artifact), "platform": _text(platform), "vars": vars,
            "target": _text(target)}
        return self.call("verify", request)

    def run(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
            indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
            full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
            target: Optional[Text] = None, fail_fast: bool = False, schedule: Optional[Text] = None) -> Answer:
        """Compile, ingest, then build and test everything selected.

        The whole pipeline. A failed node is exit code 1, not an error.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        schedule: only the transforms of this schedule of floe.yaml
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "schedule": _text(schedule)}
        return self.call("run", request)

    def ingest(self, *, select: Optional[Words] = None, locked: bool = False) -> Answer:
        """Compile, then load the raw sources only.

        select: names of sources to load
        locked: refuse other plugins than floe.lock names
        """
        request: Dict[str, Any] = {"select": _words(select), "locked": locked or None}
        return self.call("ingest", request)

    def test(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
             indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
             full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
             target: Optional[Text] = None, fail_fast: bool = False) -> Answer:
        """Compile, then run the tests only.

        A failed test is exit code 1, not an error.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None}
        return self.call("test", request)

    def show(self, name: Text, *, limit: Optional[int] = None, at: Optional[Text] = None,
             vars: Optional[Mapping[str, Any]] = None) -> Answer:
        """Print rows of a model, seed, snapshot or table.

        FLOE_NOT_FOUND when there is none of that name. `floe_show_stream` gives the same rows as an Arrow stream, as the
        table has them: the values of secrets are masked in the answer only.

        name: model name, or namespace.table
        limit: rows to print; -1 = all (default 20)
        at: snapshot id, or time in ISO 8601 (UTC without a zone)
        vars: variables of dbt: '{key: value}'
        """
        request: Dict[str, Any] = {"name": _text(name), "limit": limit, "at": _text(at), "vars": vars}
        return self.call("show", request)

    def table_list(self, *, namespace: Optional[Text] = None) -> Answer:
        """Tables of the catalog.

        No compute is opened, as with all verbs of tables. A table whose metadata file is damaged has "readable": false; it
        is a finding, exit code 1, as is a version that was committed after the one that the catalog names,
        "later_metadata_location".

        namespace: only this one
        """
        request: Dict[str, Any] = {"namespace": _text(namespace)}
        return self.call("table list", request)

    def table_describe(self, name: Text, *, at: Optional[Text] = None) -> Answer:
        """Schema, partitioning, properties and current snapshot.

        FLOE_NOT_FOUND when there is no such table.

        name: namespace.table
        at: snapshot id or time
        """
        request: Dict[str, Any] = {"name": _text(name), "at": _text(at)}
        return self.call("table describe", request)

    def table_history(self, name: Text) -> Answer:
        """Snapshots, newest first.

        FLOE_NOT_FOUND when there is no such table.

        name: namespace.table
        """
        request: Dict[str, Any] = {"name": _text(name)}
        return self.call("table history", request)

    def table_refs(self, name: Text) -> Answer:
        """Branches and tags.

        FLOE_NOT_FOUND when there is no such table. How long a ref and the snapshots of a branch are kept is null where the
        table's own properties decide.

        name: namespace.table
        """
        request: Dict[str, Any] = {"name": _text(name)}
        return self.call("table refs", request)

    def table_files(self, name: Text, *, at: Optional[Text] = None) -> Answer:
        """Data files of a snapshot.

        FLOE_NOT_FOUND when there is no such table.

        name: namespace.table
        at: snapshot id or time
        """
        request: Dict[str, Any] = {"name": _text(name), "at": _text(at)}
        return self.call("table files", request)

    def table_verify(self, *names: str, current: bool = False) -> Answer:
        """Read every file and compare it with what was written.

        Reads every file that the tables refer to, with "current" what the current snapshot needs, and compares it with the
        digest in its name. Other writers give none: of their files size and structure are checked. A damaged file is a
        finding and exit code 1, not an error, as is a version that was committed after the one that the catalog names,
        "later_metadata_location". FLOE_NOT_FOUND when there is no such table.

        names: namespace.table ...; none = all tables and views
        current: only what the current snapshot needs
        """
        request: Dict[str, Any] = {"names": list(names) or None, "current": current or None}
        return self.call("table verify", request)

    def table_register(self, name: Optional[Text] = None, metadata: Optional[Text] = None, *, replace: bool = False,
                       scan: bool = False, only: Optional[Words] = None, choose: Optional[Words] = None,
                       dry_run: bool = False, yes: bool = False) -> Answer:
        """Make the catalog name tables that storage holds.

        One table by its name and metadata file: FLOE_ALREADY_EXISTS when the name or the table is in the catalog, FLOE_DATA
        when the file, or one that its current snapshot names, cannot be read. Or all that the warehouse holds, with "scan";
        "is_update" is true where the catalog had an older version. Nothing is registered, and the exit code is 1, while
        something is undecided (FLOE-E0502). "yes" is for the command line, where a scan asks before it registers.

        name: namespace.table
        metadata: its metadata file, a path or URI: .../00004-....metadata.json
        replace: another version of a table that the catalog has
        scan: instead: the newest version of each table that the warehouse holds
        only: of a scan, the names that match: 'main.*'
        choose: of a scan, the metadata file to take where several may be the newest
        dry_run: of a scan, only show what it would register
        yes: of a scan, do not ask
        """
        request: Dict[str, Any] = {"name": _text(name), "metadata": _text(metadata), "replace": replace or None,
            "scan": scan or None, "only": _words(only), "choose": _words(choose), "dry_run": dry_run or None,
            "yes": yes or None}
        return self.call("table register", request)

    def dbt_parse(self, *, project_dir: Optional[Path] = None, profiles_dir: Optional[Path] = None,
                  profile: Optional[Text] = None, target_path: Optional[Path] = None,
                  vars: Optional[Mapping[str, Any]] = None, target: Optional[Text] = None,
                  invocation_id: Optional[Text] = None) -> Answer:
        """Read the project and write manifest.json.

        No warehouse is opened.

        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        invocation_id: id to write into the artifacts
        """
        request: Dict[str, Any] = {"project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "vars": vars, "target": _text(target),
            "invocation_id": _text(invocation_id)}
        return self.call("dbt parse", request)

    def dbt_compile(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                    indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                    full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                    target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                    profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                    inline: Optional[Text] = None) -> Answer:
        """Render models and tests to target/compiled.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        inline: SQL to compile instead of nodes
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "inline": _text(inline)}
        return self.call("dbt compile", request)

    def dbt_ls(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
               indirect_selection: Optional[Text] = None, selector: Optional[Text] = None,
               project_dir: Optional[Path] = None, profiles_dir: Optional[Path] = None, profile: Optional[Text] = None,
               target_path: Optional[Path] = None, resource_type: Optional[Words] = None,
               exclude_resource_type: Optional[Words] = None, vars: Optional[Mapping[str, Any]] = None,
               target: Optional[Text] = None, invocation_id: Optional[Text] = None, output: Optional[Text] = None,
               output_keys: Optional[Words] = None) -> Answer:
        """Print the nodes a selection names.

        No warehouse is opened.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        invocation_id: id to write into the artifacts
        output: selector (default), json, name or path
        output_keys: keys of --output json
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "project_dir": _path(project_dir),
            "profiles_dir": _path(profiles_dir), "profile": _text(profile), "target_path": _path(target_path),
            "resource_type": _words(resource_type), "exclude_resource_type": _words(exclude_resource_type), "vars": vars,
            "target": _text(target), "invocation_id": _text(invocation_id), "output": _text(output),
            "output_keys": _words(output_keys)}
        return self.call("dbt ls", request)

    def dbt_seed(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                 indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                 full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                 target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                 profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                 resource_type: Optional[Words] = None, exclude_resource_type: Optional[Words] = None,
                 store_failures: bool = False, empty: bool = False) -> Answer:
        """Dbt seed.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        store_failures: keep failing rows of tests
        empty: read no rows of refs and sources: build the tables only
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "resource_type": _words(resource_type),
            "exclude_resource_type": _words(exclude_resource_type), "store_failures": store_failures or None,
            "empty": empty or None}
        return self.call("dbt seed", request)

    def dbt_snapshot(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                     indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                     full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                     target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                     profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                     resource_type: Optional[Words] = None, exclude_resource_type: Optional[Words] = None,
                     store_failures: bool = False, empty: bool = False) -> Answer:
        """Dbt snapshot.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        store_failures: keep failing rows of tests
        empty: read no rows of refs and sources: build the tables only
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "resource_type": _words(resource_type),
            "exclude_resource_type": _words(exclude_resource_type), "store_failures": store_failures or None,
            "empty": empty or None}
        return self.call("dbt snapshot", request)

    def dbt_run(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                resource_type: Optional[Words] = None, exclude_resource_type: Optional[Words] = None,
                store_failures: bool = False, empty: bool = False) -> Answer:
        """Dbt run.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        store_failures: keep failing rows of tests
        empty: read no rows of refs and sources: build the tables only
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "resource_type": _words(resource_type),
            "exclude_resource_type": _words(exclude_resource_type), "store_failures": store_failures or None,
            "empty": empty or None}
        return self.call("dbt run", request)

    def dbt_test(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                 indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                 full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                 target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                 profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                 resource_type: Optional[Words] = None, exclude_resource_type: Optional[Words] = None,
                 store_failures: bool = False, empty: bool = False) -> Answer:
        """Dbt test.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        store_failures: keep failing rows of tests
        empty: read no rows of refs and sources: build the tables only
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "resource_type": _words(resource_type),
            "exclude_resource_type": _words(exclude_resource_type), "store_failures": store_failures or None,
            "empty": empty or None}
        return self.call("dbt test", request)

    def dbt_build(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                  indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                  full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                  target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                  profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                  resource_type: Optional[Words] = None, exclude_resource_type: Optional[Words] = None,
                  store_failures: bool = False, empty: bool = False) -> Answer:
        """Dbt build.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        resource_type: only these: model, test, seed, source, ...
        exclude_resource_type: all but these
        store_failures: keep failing rows of tests
        empty: read no rows of refs and sources: build the tables only
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "resource_type": _words(resource_type),
            "exclude_resource_type": _words(exclude_resource_type), "store_failures": store_failures or None,
            "empty": empty or None}
        return self.call("dbt build", request)

    def dbt_show(self, *, select: Optional[Words] = None, exclude: Optional[Words] = None,
                 indirect_selection: Optional[Text] = None, selector: Optional[Text] = None, locked: bool = False,
                 full_refresh: bool = False, vars: Optional[Mapping[str, Any]] = None, threads: Optional[int] = None,
                 target: Optional[Text] = None, fail_fast: bool = False, project_dir: Optional[Path] = None,
                 profiles_dir: Optional[Path] = None, profile: Optional[Text] = None, target_path: Optional[Path] = None,
                 inline: Optional[Text] = None, limit: Optional[int] = None) -> Answer:
        """Run a model's query, or --inline SQL, and print rows.

        select: nodes to include (dbt selection syntax)
        exclude: nodes to leave out
        indirect_selection: tests of selected nodes: eager (default), cautious, buildable, empty
        selector: a selector of selectors.yml, instead of --select and --exclude
        locked: refuse other plugins than floe.lock names
        full_refresh: rebuild incremental models from nothing
        vars: variables of dbt: '{key: value}'
        threads: nodes run at a time (default: the profile's, else 8)
        target: target name seen by models
        fail_fast: stop at the first failed node
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        inline: SQL to run
        limit: rows to print (default 5)
        """
        request: Dict[str, Any] = {"select": _words(select), "exclude": _words(exclude),
            "indirect_selection": _text(indirect_selection), "selector": _text(selector), "locked": locked or None,
            "full_refresh": full_refresh or None, "vars": vars, "threads": threads, "target": _text(target),
            "fail_fast": fail_fast or None, "project_dir": _path(project_dir), "profiles_dir": _path(profiles_dir),
            "profile": _text(profile), "target_path": _path(target_path), "inline": _text(inline), "limit": limit}
        return self.call("dbt show", request)

    def dbt_run_operation(self, macro: Text, *, project_dir: Optional[Path] = None, profiles_dir: Optional[Path] = None,
                          profile: Optional[Text] = None, target_path: Optional[Path] = None,
                          args: Optional[Mapping[str, Any]] = None, vars: Optional[Mapping[str, Any]] = None,
                          target: Optional[Text] = None) -> Answer:
        """Call a macro.

        macro: macro name
        project_dir: directory of dbt_project.yml
        profiles_dir: directory of profiles.yml
        profile: profile name
        target_path: where artifacts go
        args: arguments as YAML or JSON
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        """
        request: Dict[str, Any] = {"macro": _text(macro), "project_dir": _path(project_dir),
            "profiles_dir": _path(profiles_dir), "profile": _text(profile), "target_path": _path(target_path), "args": args,
            "vars": vars, "target": _text(target)}
        return self.call("dbt run-operation", request)

    def platform_compile(self, ref: Optional[Text] = None, *, out: Optional[Path] = None, layout: Optional[Path] = None,
                         scope: Optional[Text] = None) -> Answer:
        """Write it as an artifact, with all above it merged in.

        A tree of JSON files in "out" and, when "layout" names a folder, an image of that OCI layout, tagged v<version>.
        FLOE_ALREADY_EXISTS when the layout holds another platform under that tag.

        ref: a manifest, its folder or oci:// (default: the product's platform, else manifest.yaml; enterprise-manifest.yaml
            or domain-manifest.yaml of that scope)
        out: folder of the files (default .floe/platform)
        layout: also an image of this OCI layout, tagged with the version
        scope: enterprise or domain: what the manifest has to be
        """
        request: Dict[str, Any] = {"ref": _text(ref), "out": _path(out), "layout": _path(layout), "scope": _text(scope)}
        return self.call("platform compile", request)

    def platform_show(self, ref: Optional[Text] = None, *, explain: Optional[Text] = None,
                      scope: Optional[Text] = None) -> Answer:
        """What holds, and which manifest says it.

        "digest" is that of the manifest with all above it: what a pin (`REF@sha256:...`) names. FLOE_NOT_FOUND when nothing
        lies at or below "explain".

        ref: a manifest, its folder or oci:// (default: the product's platform, else manifest.yaml; enterprise-manifest.yaml
            or domain-manifest.yaml of that scope)
        explain: only this setting and what is below it: governance.quality_gates
        scope: enterprise or domain: what the manifest has to be
        """
        request: Dict[str, Any] = {"ref": _text(ref), "explain": _text(explain), "scope": _text(scope)}
        return self.call("platform show", request)

    def platform_diff(self, before: Text, after: Text, *, product: Optional[Path] = None,
                      scope: Optional[Text] = None) -> Answer:
        """What an upgrade changes, and what it breaks.

        What an upgrade of the platform changes, and what it breaks for a product; exit code 1 when it breaks something.

        before: as it was: a manifest, its folder or oci://
        after: as it will be
        product: folder of the product to compile against both (default: the one here)
        scope: enterprise or domain: what the manifest has to be
        """
        request: Dict[str, Any] = {"before": _text(before), "after": _text(after), "product": _path(product),
            "scope": _text(scope)}
        return self.call("platform diff", request)

    def platform_test(self, directory: Path, *, ref: Optional[Text] = None, scope: Optional[Text] = None) -> Answer:
        """A folder of products with expected verdicts.

        Compiles each product in a folder of "directory" and compares the verdict with its expected.yaml; without one it is
        to compile. Exit code 1 when one differs; FLOE_NOT_FOUND without products.

        directory: a product in each of its folders
        ref: the platform instead of that of each product
        scope: enterprise or domain: what the manifest has to be
        """
        request: Dict[str, Any] = {"directory": _path(directory), "ref": _text(ref), "scope": _text(scope)}
        return self.call("platform test", request)

    def docs_build(self, *, out: Optional[Path] = None, vars: Optional[Mapping[str, Any]] = None) -> Answer:
        """Write one HTML page: lineage, models, tests, policies, settings, runs.

        Compiles, then writes the product as one HTML page that reads nothing but itself. Results are those of the records
        under .floe/runs; nothing is run. FLOE_IO or FLOE_PERMISSION when the folder cannot be written.

        out: folder of index.html (default .floe/docs)
        vars: variables of dbt: '{key: value}'
        """
        request: Dict[str, Any] = {"out": _path(out), "vars": vars}
        return self.call("docs build", request)

    def lineage(self, selector: Optional[Text] = None, *, column: Optional[Text] = None, upstream: bool = False,
                downstream: bool = False, depth: Optional[int] = None, format: Optional[Text] = None,
                vars: Optional[Mapping[str, Any]] = None, target: Optional[Text] = None) -> Answer:
        """Which tables and columns come from which.

        Compiles first. `column_edges` are named as OpenLineage names them; the column of a "to" is null where the value
        decides about rows. "dot" is there with "format": "dot". FLOE_NOT_FOUND (FLOE-E0395, FLOE-E0396) when there is no
        such node or column.

        selector: model, seed, source ...; dbt's `+` says which way: +orders, orders+2 (default: all)
        column: a column instead: orders.amount
        upstream: only what it is made of
        downstream: only what is made of it
        depth: so many steps (default: all)
        format: text (default), or dot for Graphviz
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        """
        request: Dict[str, Any] = {"selector": _text(selector), "column": _text(column), "upstream": upstream or None,
            "downstream": downstream or None, "depth": depth, "format": _text(format), "vars": vars, "target": _text(target)}
        return self.call("lineage", request)

    def schema(self, kind: Text) -> Answer:
        """Print the JSON Schema of a document, for editors.

        The JSON Schema (2020-12) of that document.

        kind: manifest, platform, product, contract or artifacts
        """
        request: Dict[str, Any] = {"kind": _text(kind)}
        return self.call("schema", request)

    def plugin_list(self, *, interface: Optional[Text] = None, group: Optional[Text] = None) -> Answer:
        """Plugins found in the plugin directories.

        No library is opened, as with `plugin show` and `plugin why`.

        interface: only this one: floe.compute/1
        group: only this one: floe.computes
        """
        request: Dict[str, Any] = {"interface": _text(interface), "group": _text(group)}
        return self.call("plugin list", request)

    def plugin_show(self, name: Text) -> Answer:
        """Everything plugin.json says.

        All of its plugin.json. FLOE_NOT_FOUND when it is missing.

        name: name or id
        """
        request: Dict[str, Any] = {"name": _text(name)}
        return self.call("plugin show", request)

    def plugin_trace(self, file: Path) -> Answer:
        """Where the time of a trace of plugin calls went.

        file: written by floe --plugin-trace FILE ...
        """
        request: Dict[str, Any] = {"file": _path(file)}
        return self.call("plugin trace", request)

    def plugin_why(self, name: Text) -> Answer:
        """Every directory looked at and what was decided.

        name: name or id
        """
        request: Dict[str, Any] = {"name": _text(name)}
        return self.call("plugin why", request)

    def plugin_new(self, name: Text, *, lang: Text, interface: Text) -> Answer:
        """A folder with a new plugin, ready to build.

        Refuses a folder that is there already.

        name: what users will write as its type: a-z, 0-9 and -
        lang: c, cpp, rust or python
        interface: what it implements: floe.secrets/1
        """
        request: Dict[str, Any] = {"name": _text(name), "lang": _text(lang), "interface": _text(interface)}
        return self.call("plugin new", request)

    def plugin_call(self, plugin: Text, method: Text, arguments: Optional[Mapping[str, Any]] = None, *,
                    config: Optional[Mapping[str, Any]] = None, show_secrets: bool = False) -> Answer:
        """One method of a plugin, with JSON for its values.

        Any method of an installed plugin, with its values named as in docs/reference/interfaces: JSON values are JSON, texts
        and numbers likewise, bytes base64. `health`, `describe` and `validate_config` ({"problems"}) are methods too. The
        context keeps the instance of a plugin with its config, so that handles stay good from call to call, until method
        `destroy` or its own end. FLOE_NOT_FOUND when there is no such plugin, FLOE_INVALID_CONFIG when it refuses `config`,
        FLOE_UNSUPPORTED when it lacks the method, else what the method answers.

        plugin: name or id
        method: as its interface names it; health, describe and validate_config too
        arguments: its arguments by name, as YAML or JSON; bytes in base64
        config: configuration to make the instance with, as YAML or JSON
        show_secrets: print values that are secret, which are *** without it
        """
        request: Dict[str, Any] = {"plugin": _text(plugin), "method": _text(method), "arguments": arguments,
            "config": config, "show_secrets": show_secrets or None}
        return self.call("plugin call", request)

    def plugin_check(self, path: Path, *, level: Optional[int] = None, only: Optional[Words] = None,
                     config: Optional[Mapping[str, Any]] = None, timeout_ms: Optional[int] = None) -> Answer:
        """The conformance checks on one plugin.

        Each check runs in a process forked from this one. Exit code 1 when one failed, or when no method could be checked.

        path: folder of the plugin, its plugin.json or its library
        level: 0 static, 1 also load, 2 (default) also the contract of its methods
        only: only these checks: contract.huge
        config: configuration to make instances with, as YAML or JSON
        timeout_ms: how long one check may take
        """
        request: Dict[str, Any] = {"path": _path(path), "level": level, "only": _words(only), "config": config,
            "timeout_ms": timeout_ms}
        return self.call("plugin check", request)

    def contract_validate(self, *files: Path) -> Answer:
        """Check contracts against ODCS 3.0 to 3.2.

        Exit code 1 when one is not valid. FLOE_NOT_FOUND when a file is missing.

        files: contracts (default datacontract.yaml)
        """
        request: Dict[str, Any] = {"files": [os.path.abspath(each) for each in files] or None}
        return self.call("contract validate", request)

    def contract_diff(self, old: Path, new: Path) -> Answer:
        """What changed between two versions, and the version that demands.

        Exit code 1 when a contract is not valid or the new version is too low for the changes. FLOE_NOT_FOUND when a file is
        missing.

        old: the contract as it was
        new: the contract as it is
        """
        request: Dict[str, Any] = {"old": _path(old), "new": _path(new)}
        return self.call("contract diff", request)

    def contract_generate(self, *, port: Optional[Text] = None, out: Optional[Path] = None) -> Answer:
        """The contracts of the output ports.

        The documents are YAML. Compiles first. FLOE_NOT_FOUND when there is no such port.

        port: only of this port
        out: folder to write them to, instead of stdout
        """
        request: Dict[str, Any] = {"port": _text(port), "out": _path(out)}
        return self.call("contract generate", request)

    def contract_drift(self, *, port: Optional[Text] = None) -> Answer:
        """The contracts of the output ports against their tables.

        Exit code 1 when a difference breaks readers of the contract or the table is not there.

        port: only of this port
        """
        request: Dict[str, Any] = {"port": _text(port)}
        return self.call("contract drift", request)

    def contract_check(self, *, port: Optional[Text] = None) -> Answer:
        """Whether the tables keep the service levels of their contracts.

        Exit code 1 when one is broken. Remembers in .floe/contracts/checks.jsonl whether the table could be read.

        port: only of this port
        """
        request: Dict[str, Any] = {"port": _text(port)}
        return self.call("contract check", request)

    def product_list(self, root: Optional[Path] = None) -> Answer:
        """The products below a folder.

        Reads documents only; exit code 1 when one has findings. FLOE_NOT_FOUND when there is none.

        root: the folder (default: here)
        """
        request: Dict[str, Any] = {"root": _path(root)}
        return self.call("product list", request)

    def product_show(self, name: Text, *, root: Optional[Path] = None) -> Answer:
        """One product, what it reads and who reads it.

        name: name, with its domain when several have it: sales.orders
        root: the folder that products are looked for in (default: here)
        """
        request: Dict[str, Any] = {"name": _text(name), "root": _path(root)}
        return self.call("product show", request)

    def product_graph(self, root: Optional[Path] = None, *, format: Optional[Text] = None) -> Answer:
        """Who reads whose ports, and whether versions fit.

        Exit code 1 when an edge is not ok. "dot" is there with "format": "dot".

        root: the folder (default: here)
        format: text (default), or dot for Graphviz
        """
        request: Dict[str, Any] = {"root": _path(root), "format": _text(format)}
        return self.call("product graph", request)

    def product_register(self, *, registry: Optional[Path] = None) -> Answer:
        """Claim name and tables in the registry of the platform.

        Compiles first. Exit code 1 when something of it belongs to somebody else, or the version goes back or does not say
        what changed.

        registry: the file (default products.json beside the outermost manifest)
        """
        request: Dict[str, Any] = {"registry": _path(registry)}
        return self.call("product register", request)

    def governance_report(self, *, format: Optional[Text] = None, out: Optional[Path] = None,
                          vars: Optional[Mapping[str, Any]] = None, target: Optional[Text] = None) -> Answer:
        """Verdicts of every policy, overrides, origins of settings.

        What the platform demands of the product and what came of it: verdicts of every policy and model, findings,
        overrides, where each setting comes from. Nothing is built. Exit code 1 when the product would not compile.

        format: json (default), sarif, html or junit
        out: a file instead of stdout
        vars: variables of dbt: '{key: value}'
        target: target name seen by models
        """
        request: Dict[str, Any] = {"format": _text(format), "out": _path(out), "vars": vars, "target": _text(target)}
        return self.call("governance report", request)

    def audit_verify(self, *, head: Optional[Text] = None) -> Answer:
        """Whether somebody changed the audit log.

        Each line has its number and the digest of the line before. The log has to have the line that this user's last
        command wrote, and the one of "head": a collector that got the lines of the log knows it, and no user of the machine
        can change it there. FLOE-E0807 and exit code 1 when it does not hold. No platform is read, and a log that does not
        hold stops this verb not.

        head: SEQUENCE:SHA256 of a line that the log has to have
        """
        request: Dict[str, Any] = {"head": _text(head)}
        return self.call("audit verify", request)

    def audit_resume(self, *, reason: Text) -> Answer:
        """Set a log aside that somebody changed, and begin a new one.

        The log is kept beside the new one, whose first line has the reason, what did not hold, and the digest of what was
        kept. Its numbers go on. FLOE_INVALID_STATE when the log holds.

        reason: why commands may run again
        """
        request: Dict[str, Any] = {"reason": _text(reason)}
        return self.call("audit resume", request)

    def explain(self, code: Optional[Text] = None) -> Answer:
        """What a diagnostic means and how to fix it.

        The page is Markdown. Without a code all of them are in "codes". FLOE_NOT_FOUND when there is none of that name.

        code: E0701, FLOE-E0701 or naming-convention (default: all codes)
        """
        request: Dict[str, Any] = {"code": _text(code)}
        return self.call("explain", request)

    def doctor(self) -> Answer:
        """What is found on this machine and in the project, and whether it works.

        Plugins, libraries, documents, write access, health of the backends. Exit code 1 when something does not work.
        """
        request: Dict[str, Any] = {}
        return self.call("doctor", request)

    def init(self, directory: Optional[Path] = None, *, name: Optional[Text] = None, description: Optional[Text] = None,
             owner: Optional[Text] = None, platform: Optional[Text] = None) -> Answer:
        """A new product, or floe.yaml for a dbt project that is there.

        Writes floe.yaml with what else a product needs, in a new folder or beside a dbt project, and says whether it
        compiles. Nothing is overwritten: FLOE_ALREADY_EXISTS.

        directory: folder of the product (default: this one)
        name: small letters, digits and dashes (default: that of the dbt project or of the folder)
        description: what it is for
        owner: who answers for it
        platform: a manifest, its folder or oci:// (default: manifest.yaml, made when missing)
        """
        request: Dict[str, Any] = {"directory": _path(directory), "name": _text(name), "description": _text(description),
            "owner": _text(owner), "platform": _text(platform)}
        return self.call("init", request)
