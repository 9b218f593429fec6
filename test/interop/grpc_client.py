"""The recorded cases and the common calls, by the stubs of the package tensorflow-serving-api."""

import base64
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import grpc
import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tensorflow_serving.apis import (
    classification_pb2, get_model_metadata_pb2, get_model_status_pb2, inference_pb2, model_service_pb2_grpc, predict_pb2,
    prediction_service_pb2_grpc, regression_pb2)

import golden
from tally import unequal

HALF_PLUS_TWO = "saved_model_half_plus_two_cpu"


def tensor_problem(expected, got, tolerance):
    if expected.dtype != got.dtype:
        return f"expected dtype {expected.dtype}, got {got.dtype}"
    wanted, array = tf.make_ndarray(expected), tf.make_ndarray(got)
    if wanted.shape != array.shape:
        return f"expected shape {wanted.shape}, got {array.shape}"
    if tf.as_dtype(expected.dtype).is_floating:
        wide = np.asarray(array, np.float64), np.asarray(wanted, np.float64)
        same = np.isclose(*wide, rtol=tolerance["rtol"], atol=tolerance["atol"], equal_nan=True)
    elif tf.as_dtype(expected.dtype).is_complex:
        same = np.isclose(array, wanted, rtol=tolerance["rtol"], atol=tolerance["atol"], equal_nan=True)
    else:
        same = array == wanted
    if np.all(same):
        return None
    at = tuple(int(i) for i in np.argwhere(~np.asarray(same))[0])
    return f"at {at}: expected {wanted[at]!r}, got {array[at]!r}"


def response_problem(expected, got, tolerance):
    problem = unequal("model_spec", expected.model_spec, got.model_spec)
    problem = problem or unequal("outputs", set(expected.outputs), set(got.outputs))
    for name in () if problem else expected.outputs:
        found = tensor_problem(expected.outputs[name], got.outputs[name], tolerance)
        if found:
            return f"{name}: {found}"
    return problem


def classification_problem(expected, got, tolerance):
    rows = lambda result: [[[one.label, one.score] for one in row.classes] for row in result.classifications]
    return golden.json_problem(rows(expected), rows(got), tolerance)


def regression_problem(expected, got, tolerance):
    values = lambda result: [one.value for one in result.regressions]
    return golden.json_problem(values(expected), values(got), tolerance)


def examples_problem(problem_of):
    """Compares responses with one result."""
    def problem(expected, got, tolerance):
        return unequal("model_spec", expected.model_spec, got.model_spec) or problem_of(expected.result, got.result, tolerance)
    return problem


def multi_inference_problem(expected, got, tolerance):
    for number, (one, other) in enumerate(zip(expected.results, got.results, strict=True)):
        kind = one.WhichOneof("result")
        problem = unequal("model_spec", one.model_spec, other.model_spec) or unequal("kind", kind, other.WhichOneof("result"))
        compare = classification_problem if kind == "classification_result" else regression_problem
        problem = problem or compare(getattr(one, kind), getattr(other, kind), tolerance)
        if problem:
            return f"result {number}: {problem}"
    return None


# By the method of a case: its call, request, response, and how two responses differ.
METHODS = {
    "predict": ("Predict", predict_pb2.PredictRequest, predict_pb2.PredictResponse, response_problem),
    "classify": ("Classify", classification_pb2.ClassificationRequest, classification_pb2.ClassificationResponse,
                 examples_problem(classification_problem)),
    "regress": ("Regress", regression_pb2.RegressionRequest, regression_pb2.RegressionResponse,
                examples_problem(regression_problem)),
    "multi_inference": ("MultiInference", inference_pb2.MultiInferenceRequest, inference_pb2.MultiInferenceResponse,
                        multi_inference_problem),
}


class GrpcClient:
    def __init__(self, address, timeout):
        options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        self.channel = grpc.insecure_channel(address, options=options)
        self.timeout = timeout
        self.prediction = prediction_service_pb2_grpc.PredictionServiceStub(self.channel)
        self.models = model_service_pb2_grpc.ModelServiceStub(self.channel)
        self.health = health_pb2_grpc.HealthStub(self.channel)

    def case(self, case):
        name, request_type, response_type, problem_of = METHODS[case["method"]]
        request = request_type.FromString(base64.b64decode(case["grpc_request"]))
        try:
            response = getattr(self.prediction, name)(request, timeout=self.timeout)
        except grpc.RpcError as error:
            problem = unequal("status", case["grpc_status"], error.code().name)
            return f"{problem}: {error.details()[:300]}" if problem else golden.error_problem(case, error.details())
        expected = response_type.FromString(base64.b64decode(case["expected_grpc_response"]))
        return unequal("status", case["grpc_status"], "OK") or problem_of(expected, response, case["tolerance"])

    def metadata(self, model, version, expected):
        request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
        request.model_spec.name = model["model"]
        request.model_spec.version.value = int(version)
        response = self.prediction.GetModelMetadata(request, timeout=self.timeout)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata["signature_def"].Unpack(signatures)
        got = json_format.MessageToDict(
            signatures, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
        return golden.json_problem(expected["metadata"]["signature_def"], got, None)

    def status(self, model):
        request = get_model_status_pb2.GetModelStatusRequest()
        request.model_spec.name = model["model"]
        response = self.models.GetModelStatus(request, timeout=self.timeout)
        available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
        states = {status.version: status.state for status in response.model_version_status}
        return unequal("states", {version: available for version in model["versions"]}, states)


def check_calls(tally, client):
    """Calls as programs make them: a request built from arrays, options of a call, and how calls fail."""

    def request(name=HALF_PLUS_TWO, size=3):
        message = predict_pb2.PredictRequest()
        message.model_spec.name = name
        message.inputs["x"].CopyFrom(tf.make_tensor_proto(np.arange(size, dtype=np.float32)))
        return message

    def answer_of(response):
        return tf.make_ndarray(response.outputs["y"]).tolist()

    def code_of(call):
        try:
            call()
        except grpc.RpcError as error:
            return error.code().name
        return "OK"

    def built():
        return unequal("y", [2.0, 2.5, 3.0], answer_of(client.prediction.Predict(request(), timeout=client.timeout)))

    def compressed():
        response = client.prediction.Predict(request(size=5000), timeout=client.timeout, compression=grpc.Compression.Gzip)
        return unequal("y", [i / 2 + 2 for i in range(5000)], answer_of(response))

    def large():
        response = client.prediction.Predict(request(size=4_000_000), timeout=client.timeout)
        return unequal("last y", 3_999_999 / 2 + 2, tf.make_ndarray(response.outputs["y"])[-1].item())

    def at_once():
        calls = [client.prediction.Predict.future(request(size=n), timeout=client.timeout) for n in range(1, 301)]
        return unequal("lengths", list(range(1, 301)), [len(answer_of(call.result())) for call in calls])

    def example(**features):
        """As programs make them that have no schema."""
        return tf.train.Example(features=tf.train.Features(feature={
            name: tf.train.Feature(float_list=tf.train.FloatList(value=values)) for name, values in features.items()}))

    def classified():
        message = classification_pb2.ClassificationRequest()
        message.model_spec.name, message.model_spec.signature_name = HALF_PLUS_TWO, "classify_x_to_y"
        message.input.example_list.examples.extend([example(x=[2.0]), example(x=[-3.0])])
        result = client.prediction.Classify(message, timeout=client.timeout).result
        return unequal("classes", [[("", 3.0)], [("", 0.5)]], [
            [(one.label, one.score) for one in row.classes] for row in result.classifications])

    def regressed():
        message = regression_pb2.RegressionRequest()
        message.model_spec.name, message.model_spec.signature_name = HALF_PLUS_TWO, "regress_x_to_y"
        message.input.example_list_with_context.context.CopyFrom(example(x=[4.0]))
        message.input.example_list_with_context.examples.extend([example(), example(x=[2.0])])
        response = client.prediction.Regress(message, timeout=client.timeout)
        return unequal("values", [4.0, 3.0], [one.value for one in response.result.regressions]) or unequal(
            "version", 123, response.model_spec.version.value)

    def several_at_once():
        message = inference_pb2.MultiInferenceRequest()
        for method, signature in (("regress", "regress_x_to_y"), ("classify", "classify_x_to_y")):
            task = message.tasks.add(method_name=f"tensorflow/serving/{method}")
            task.model_spec.name, task.model_spec.signature_name = HALF_PLUS_TWO, signature
        message.input.example_list.examples.append(example(x=[2.0]))
        regression, classification = client.prediction.MultiInference(message, timeout=client.timeout).results
        return unequal("value", 3.0, regression.regression_result.regressions[0].value) or unequal(
            "score", 3.0, classification.classification_result.classifications[0].classes[0].score)

    def many_examples():
        message = regression_pb2.RegressionRequest()
        message.model_spec.name, message.model_spec.signature_name = HALF_PLUS_TWO, "regress_x_to_y"
        message.input.example_list.examples.extend(example(x=[float(i)]) for i in range(20_000))
        result = client.prediction.Regress(message, timeout=client.timeout).result
        return unequal("values", [i / 2 + 2 for i in range(20_000)], [one.value for one in result.regressions])

    def no_examples():
        message = regression_pb2.RegressionRequest()
        message.model_spec.name, message.model_spec.signature_name = HALF_PLUS_TWO, "regress_x_to_y"
        return unequal("code", "INVALID_ARGUMENT", code_of(lambda: client.prediction.Regress(message, timeout=client.timeout)))

    def unknown_model():
        call = lambda: client.prediction.Predict(request("nobody"), timeout=client.timeout)
        return unequal("code", "NOT_FOUND", code_of(call))

    def unknown_method():
        call = client.channel.unary_unary("/tensorflow.serving.PredictionService/Divine")
        return unequal("code", "UNIMPLEMENTED", code_of(lambda: call(b"", timeout=client.timeout)))

    def past_deadline():
        # Its loop would take many minutes: the server must end the run, or it can't end itself soon after.
        message = predict_pb2.PredictRequest()
        message.model_spec.name, message.model_spec.signature_name = "control_flow", "nested"
        message.inputs["x"].CopyFrom(tf.make_tensor_proto([1.0]))
        message.inputs["rounds"].CopyFrom(tf.make_tensor_proto(10**8))
        return unequal("code", "DEADLINE_EXCEEDED", code_of(lambda: client.prediction.Predict(message, timeout=0.5)))

    def with_metadata():
        response, call = client.prediction.Predict.with_call(
            request(), timeout=client.timeout, metadata=(("x-request-id", "a"), ("data-bin", b"\x00\xff")))
        return unequal("y", [2.0, 2.5, 3.0], answer_of(response)) or unequal("code", grpc.StatusCode.OK, call.code())

    def healthy():
        response = client.health.Check(health_pb2.HealthCheckRequest(), timeout=client.timeout)
        return unequal("health", health_pb2.HealthCheckResponse.SERVING, response.status)

    for check in (built, classified, regressed, several_at_once, many_examples, no_examples, compressed, large, at_once,
                  unknown_model, unknown_method, past_deadline, with_metadata, healthy):
        tally.check(f"gRPC {check.__name__}", check)
