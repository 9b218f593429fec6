"""Binary tensors over HTTP/1, as Python programs send them: `numpy.save` and the messages of tensorflow-serving-api."""

import base64
import io

import ml_dtypes
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2

import golden
from grpc_client import HALF_PLUS_TWO, response_problem
from tally import unequal

NPY = "application/x-npy"
PROTOBUF = "application/x-protobuf"


def npy_bytes(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npy_array(answer):
    if answer.headers["Content-Type"] != NPY:
        raise AssertionError(f"{answer.status_code}: {answer.text[:300]}")
    return np.load(io.BytesIO(answer.content))


def array_problem(expected, got):
    problem = unequal("dtype", expected.dtype, got.dtype) or unequal("shape", expected.shape, got.shape)
    return problem or unequal("bytes", expected.tobytes(), got.tobytes())


class BinaryClient:
    def __init__(self, rest):
        self.rest = rest

    def post(self, model, body, content_type, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.rest.post(f"/v1/models/{model}:predict", body, headers={"Content-Type": content_type, **names})

    def case(self, case):
        """A recorded gRPC request over HTTP/1; its model spec says which version."""
        request = predict_pb2.PredictRequest.FromString(base64.b64decode(case["grpc_request"]))
        if not request.model_spec.name:  # The path would have to have one.
            return None
        answer = self.post(request.model_spec.name, request.SerializeToString(), PROTOBUF)
        if case["grpc_status"] != "OK":
            problem = "answered" if answer.status_code == 200 else None
            return problem or golden.error_problem(case, answer.json()["error"])
        problem = unequal("status", 200, answer.status_code) or unequal(
            "content type", PROTOBUF, answer.headers["Content-Type"])
        if problem:
            return f"{problem}: {answer.text[:300]}"
        expected = predict_pb2.PredictResponse.FromString(base64.b64decode(case["expected_grpc_response"]))
        return response_problem(expected, predict_pb2.PredictResponse.FromString(answer.content), case["tolerance"])


def check_binary(tally, client):
    """Arrays that go in and come back, in every dtype that NumPy and TensorFlow share."""
    random = np.random.default_rng(3)

    def echo(dtype, array):
        return npy_array(client.post("multi_signature", npy_bytes(array), NPY, Serval_Signature_Name=f"echo_{dtype}"))

    def numbers(dtype):
        if dtype == "bool":
            return random.integers(0, 2, (3, 4, 5)).astype(bool)
        return random.integers(0, 256, 60 * np.dtype(dtype).itemsize, dtype=np.uint8).view(dtype).reshape(3, 4, 5)

    dtypes = ("float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128")
    for dtype in dtypes.split():
        array = numbers(dtype)
        tally.check(f"npy {dtype}", lambda: array_problem(array, echo(dtype, array)))
        for what, other in {
            "big-endian": array.astype(array.dtype.newbyteorder(">")),
            "in Fortran order": np.asfortranarray(array),
            "transposed": np.ascontiguousarray(array.T).T,
            "every second": np.repeat(array, 2, axis=2)[:, :, ::2],
        }.items():
            tally.check(f"npy {dtype} {what}", lambda: array_problem(array, echo(dtype, other)))

    def scalar():
        return array_problem(np.float32(2.5), echo("float32", np.float32(2.5)))

    def empty():
        array = np.zeros((0, 3), np.int64)
        return array_problem(array, echo("int64", array))

    def brain():
        array = np.array([1, -2.5, np.nan], ml_dtypes.bfloat16)
        return array_problem(array, echo("bfloat16", array).view(ml_dtypes.bfloat16))

    def raw_strings():
        array = np.array([[b"a", b""], [b"longer", b"\xff\x00x"]])
        return array_problem(array, echo("string", array))

    def text():
        array = np.array(["a", "", "\u00fcber", "\U0001f600"])
        return array_problem(np.char.encode(array, "utf-8"), echo("string", array))

    def large():
        array = random.random(4_000_000, np.float32)
        return array_problem(array / 2 + 2, npy_array(client.post(HALF_PLUS_TWO, npy_bytes(array), NPY)))

    def from_file():
        file = io.BytesIO(npy_bytes(np.float32([1, 2, 5])))
        chunked = client.post(HALF_PLUS_TWO, iter(lambda: file.read(50), b""), NPY)
        return array_problem(np.float32([2.5, 3, 4.5]), npy_array(chunked))

    def as_json():
        answer = client.post(HALF_PLUS_TWO, npy_bytes(np.float32([1, 2, 5])), NPY, Accept="application/json")
        return unequal("answer", {"predictions": [2.5, 3.0, 4.5]}, answer.json())

    def from_json():
        answer = client.post(HALF_PLUS_TWO, b'{"instances": [1.0, 2.0, 5.0]}', "application/json", Accept=NPY)
        return array_problem(np.float32([2.5, 3, 4.5]), npy_array(answer))

    def built():
        request = predict_pb2.PredictRequest()
        request.inputs["a"].CopyFrom(tf.make_tensor_proto(np.float32([1, 2])))
        request.inputs["b"].CopyFrom(tf.make_tensor_proto(np.float32([10, 20])))
        request.model_spec.signature_name = "add"
        answer = client.post("multi_signature", request.SerializeToString(), PROTOBUF)
        response = predict_pb2.PredictResponse.FromString(answer.content)
        return array_problem(np.float32([11, 22]), tf.make_ndarray(response.outputs["sum"]))

    def wrong_dtype():
        answer = client.post(HALF_PLUS_TWO, npy_bytes(np.array([1.0])), NPY)
        return unequal("status", 400, answer.status_code) or unequal(
            "error", "Expects arg[0] to be float but double is provided", answer.json()["error"])

    def objects():
        answer = client.post(HALF_PLUS_TWO, npy_bytes(np.array([None, 1])), NPY)
        return unequal("status", 400, answer.status_code)

    for check in (scalar, empty, brain, raw_strings, text, large, from_file, as_json, from_json, built, wrong_dtype,
                  objects):
        tally.check(f"binary {check.__name__}", check)
