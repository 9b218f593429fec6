"""Asks a server that verifies clients over TLS, by grpcio: with a certificate, without one, and by a client that trusts another root."""
import sys

import grpc
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

MODEL = "saved_model_half_plus_two_cpu"


def predict(address, root, pair):
    """The code of a call and the numbers of its reply."""
    key, cert = pair if pair else (None, None)
    credentials = grpc.ssl_channel_credentials(root_certificates=root, private_key=key, certificate_chain=cert)
    with grpc.secure_channel(address, credentials) as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        request = predict_pb2.PredictRequest()
        request.model_spec.name = MODEL
        request.inputs["x"].dtype = 1
        request.inputs["x"].tensor_shape.dim.add().size = 2
        request.inputs["x"].float_val.extend([1.0, 2.0])
        try:
            return "OK", list(stub.Predict(request, timeout=10).outputs["y"].float_val)
        except grpc.RpcError as error:
            return error.code().name, None


def main(address, root, key, cert, other_root):
    root, key, cert, other_root = (open(name, "rb").read() for name in (root, key, cert, other_root))
    print(predict(address, root, (key, cert)))
    print(predict(address, root, None))
    print(predict(address, other_root, (key, cert)))


main(*sys.argv[1:])
