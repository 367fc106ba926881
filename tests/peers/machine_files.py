"""Files of /etc/floe in a mount namespace of their own, so that no product has a switch that names another folder. Needs root."""

import shutil


def with_machine_files(prepared, files, command, mode=0o644):
    """The command, run where /etc/floe holds these files (name: text), which are prepared in a folder."""
    shutil.rmtree(prepared, ignore_errors=True)
    prepared.mkdir()
    for name, text in files.items():
        (prepared / name).write_text(text)
        (prepared / name).chmod(mode)
    script = ("mount --make-rprivate / && mkdir -p /etc/floe 2>/dev/null; mount -t tmpfs -o mode=755 floe /etc/floe && "
              f"cp --preserve=mode {prepared}/* /etc/floe/ && exec \"$@\"")
    return ["unshare", "-m", "sh", "-c", script, "sh", *command]
