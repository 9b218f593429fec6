"""Reads the recorded cases of test/zoo/golden (its README describes the format) and compares answers as JSON values."""

import base64
import json
import pathlib


def models(folder):
    """All recorded SavedModels, in the order of their names."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(pathlib.Path(folder).glob("*.json"))]
    return [model for model in found if model["platform"] == "tensorflow"]


def error_problem(case, message):
    missing = [part for part in case["expected_error"]["contains"] if part not in message]
    return f"the error lacks {missing[0]!r}: {message!r}" if missing else None


def is_close(expected, got, tolerance):
    if expected != expected:
        return got != got
    if expected == got or expected in (float("inf"), float("-inf")):
        return expected == got
    return abs(got - expected) <= tolerance["atol"] + tolerance["rtol"] * abs(expected)


def json_problem(expected, got, tolerance, where="$"):
    """None where `got` is the recorded value, else where and how it differs. Without a tolerance, 10 equals 10.0."""
    if isinstance(expected, dict) and len(expected) == 1:
        (tag, value), = expected.items()
        if tag == "$float":
            expected = float(value.replace("Infinity", "inf"))
        elif tag == "$int":
            expected = int(value)
        elif tag == "$bytes":
            expected = base64.b64decode(value).decode("utf-8", "surrogateescape")
    differs = f"{where}: expected {str(expected)[:200]!r}, got {str(got)[:200]!r}"
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            return differs
        pairs = [(f"{where}.{key}", expected[key], got[key]) for key in expected]
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return differs
        pairs = [(f"{where}[{i}]", *both) for i, both in enumerate(zip(expected, got))]
    elif isinstance(expected, float):
        if tolerance is None:
            return None if not isinstance(got, bool) and expected == got else differs
        return None if isinstance(got, float) and is_close(expected, got, tolerance) else differs
    elif tolerance is None and isinstance(expected, int) and isinstance(got, float):
        return None if expected == got else differs
    else:
        return None if type(expected) is type(got) and expected == got else differs
    return next(filter(None, (json_problem(one, other, tolerance, at) for at, one, other in pairs)), None)
