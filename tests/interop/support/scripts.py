"""Runs a client library through a script in its own language, which lies beside the module that calls it."""

import pathlib

CLIENTS = pathlib.Path(__file__).resolve().parent.parent / "clients"


def take_tours(scene, *command, kinds=(), environment=None):
    """One run of `command` for each tour, in the tour's folder; the script takes the tour, both sides are compared."""
    for tour in scene.tours(*kinds):
        scene.run(*command, cwd=tour.local, environment={**scene.script_environment(tour), **(environment or {})})
        tour.check()
