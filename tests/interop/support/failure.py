"""The one exception with which a test says that something is not as it should be."""


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


def expect_equal(actual, expected, subject):
    if actual != expected:
        raise Failure(f"{subject}: {shown(actual)}, not {shown(expected)}")


def shown(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + f"... ({len(value)} in all)"
