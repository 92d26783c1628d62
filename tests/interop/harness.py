#!/usr/bin/python3
"""Runs one real FTP client against a running ferry.

    harness.py --list                                       the tests: one "client mode" a line
    harness.py --ferry PROGRAM --client NAME --mode NAME    one test; exit status 0 where it passed

A test is a function of clients/NAME.py marked with @mode. Around it this driver starts `ferry serve` on ports that the
system chooses, with an empty home directory, for clients on loopback; afterwards the server has to be alive still, to
have logged no error, and to end with status 0 on SIGTERM. A client that is not installed is a failure: a test that can
be skipped is a test that nobody misses.
"""

import argparse
import importlib
import pathlib
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from support.scene import Failure, Scene  # noqa: E402
from support.server import Server  # noqa: E402


def modes_of(client):
    """The tests of one client: mode name -> function."""
    module = importlib.import_module("clients." + client)
    functions = [value for value in vars(module).values() if hasattr(value, "mode")]
    return {function.mode.name: function for function in functions}


def list_tests():
    for path in sorted((HERE / "clients").glob("*.py")):
        for name in modes_of(path.stem):
            print(path.stem, name)


def run_test(program, client, mode_name):
    test = modes_of(client)[mode_name]
    with tempfile.TemporaryDirectory(prefix="ferry-interop-") as folder:
        server = Server(program, pathlib.Path(folder), test.mode)
        scene = None
        try:
            with server:
                scene = Scene(pathlib.Path(folder), server, test.mode)
                test(scene)
            return 0
        except Exception as error:  # whatever went wrong is this test's result, shown with all that is known of it
            if not isinstance(error, Failure):
                traceback.print_exc()
            print(f"FAILED interop.{client}.{mode_name}: {error}")
            if scene is not None:
                print(scene.transcript())
            print(server.tail_of_log())
            return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--ferry")
    parser.add_argument("--client")
    parser.add_argument("--mode")
    arguments = parser.parse_args()
    if arguments.list:
        list_tests()
        return 0
    return run_test(arguments.ferry, arguments.client, arguments.mode)


if __name__ == "__main__":
    sys.exit(main())
