"""A client without any generated code: all it knows comes from reflection v1alpha, by the package grpcio-reflection."""

from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from tally import unequal

SERVICES = {
    "tensorflow.serving.PredictionService", "tensorflow.serving.ModelService", "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}


def check_reflection(tally, client, model):
    database = ProtoReflectionDescriptorDatabase(client.channel)
    pool = descriptor_pool.DescriptorPool(database)

    def services():
        missing = SERVICES - set(database.get_services())
        return f"not listed: {sorted(missing)}" if missing else None

    def every_method():
        for name in database.get_services():
            for method in pool.FindServiceByName(name).methods:
                message_factory.GetMessageClass(method.input_type)
                message_factory.GetMessageClass(method.output_type)
        return None

    def predict():
        method = pool.FindServiceByName("tensorflow.serving.PredictionService").FindMethodByName("Predict")
        request = message_factory.GetMessageClass(method.input_type)()
        json_format.ParseDict({"model_spec": {"name": model}, "inputs": {"x": {
            "dtype": "DT_FLOAT", "tensor_shape": {"dim": [{"size": 2}]}, "float_val": [1, 2]}}}, request)
        call = client.channel.unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_factory.GetMessageClass(method.output_type).FromString)
        response = call(request, timeout=client.timeout)
        return unequal("shape of y", [2], [dim.size for dim in response.outputs["y"].tensor_shape.dim])

    for check in (services, every_method, predict):
        tally.check(f"reflection v1alpha {check.__name__}", check)
