"""The package of an app, ``.tcx``: collected, written, unpacked, tried out. Its public names are those of `gatepost.project`."""
