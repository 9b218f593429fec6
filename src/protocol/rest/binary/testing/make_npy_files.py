#!/usr/bin/env python3
"""Writes npy-files.json: files as NumPy saves them, and what is in them. Made with numpy 2.4.6 and ml_dtypes 0.6.0.

    python make_npy_files.py > npy-files.json
"""

import base64
import io
import json

import ml_dtypes
import numpy as np

NAMES = {"f2": "half", "f4": "float", "f8": "double", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64",
         "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64", "b1": "bool", "c8": "complex64",
         "c16": "complex128"}


def text(data):
    return base64.b64encode(data).decode()


def save(array, version=None):
    file = io.BytesIO()
    if version is None:
        np.save(file, array)
    else:
        np.lib.format.write_array(file, array, version=version)
    return text(file.getvalue())


def entry(what, array, dtype, version=None, is_written=False):
    """`elements`: row-major, in little-endian order; strings as a list. `isWritten`: as Serval writes it too."""
    if dtype == "string":
        elements = [text(one if isinstance(one, bytes) else one.encode()) for one in array.ravel().tolist()]
    else:
        elements = text(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
    return {"what": what, "dtype": dtype, "shape": list(array.shape), "elements": elements, "isWritten": is_written,
            "file": save(array, version)}


def numbers(kind):
    if kind == "b1":
        return np.array([[True, False, True], [False, False, True]])
    bits = np.random.default_rng(7).integers(0, 256, 6 * int(kind[1:]), dtype=np.uint8)
    return bits.view("<" + kind).reshape(2, 3)


files = []
for kind, dtype in NAMES.items():
    array = numbers(kind)
    files.append(entry(f"{kind}", array, dtype, is_written=True))
    files.append(entry(f"{kind}, in Fortran order", np.asfortranarray(array), dtype))
    if kind not in ("i1", "u1", "b1"):
        swapped = array.astype(array.dtype.newbyteorder(">"))
        files.append(entry(f"{kind}, big-endian", swapped, dtype))
        files.append(entry(f"{kind}, big-endian, in Fortran order", np.asfortranarray(swapped), dtype))
brain = np.array([1, -2.5, 3e38, np.nan], ml_dtypes.bfloat16)
files.append({**entry("bfloat16", brain.view("<u2"), "bfloat16", is_written=True), "file": save(brain)})
floats = np.arange(24, dtype="<f4")
files += [
    entry("a scalar", np.array(2.5, "<f4"), "float", is_written=True),
    entry("one element", np.array([2.5], "<f4"), "float", is_written=True),
    entry("no elements", np.zeros((0, 3), "<f4"), "float", is_written=True),
    entry("no elements, in Fortran order", np.zeros((2, 0, 3), "<f4", order="F"), "float"),
    entry("three axes, in Fortran order", np.asfortranarray(floats.reshape(2, 3, 4)), "float"),
    entry("four axes, in Fortran order", np.asfortranarray(floats.reshape(2, 3, 1, 4)), "float"),
    entry("a column, which is in both orders", np.asfortranarray(floats.reshape(24, 1)), "float"),
    entry("version 2.0", floats, "float", version=(2, 0)),
    entry("version 3.0", floats, "float", version=(3, 0)),
    entry("bytes", np.array([[b"a", b"", b"a\x00b"], [b"\xff\xfe", b"longest", b" "]]), "string", is_written=True),
    entry("empty bytes", np.array([b"", b""]), "string", is_written=True),
    entry("one of bytes", np.array(b"scalar"), "string", is_written=True),
    entry("no bytes", np.zeros((0,), "S1"), "string", is_written=True),
    entry("text", np.array(["a", "", "\u00fcber", "a\x00b", "\u20ac\uffff", "\U0001f600\U0010ffff"]), "string"),
    entry("text, big-endian", np.array(["a", "\u00fcber", "\U0001f600"]).astype(">U5"), "string"),
    entry("one text", np.array("scalar"), "string"),
]
print(json.dumps(files, indent=1))
