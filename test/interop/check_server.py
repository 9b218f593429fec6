#!/usr/bin/env python3
"""Asks a running server, by the Python clients that users of TensorFlow Serving have, for every recorded answer.

    python check_server.py --rest http://localhost:8501 --grpc localhost:8500 --golden ../zoo/golden

Every model of the recorded cases must be served under its name with all its versions, freshly started (some keep
state). Prints a line for each failure and ends with 'python: N passed, N failed'.
"""

import argparse
import sys

import golden
from binary_client import BinaryClient, check_binary
from grpc_client import HALF_PLUS_TWO, METHODS, GrpcClient, check_calls
from reflection_client import check_reflection
from rest_client import RestClient, check_manners
from tally import Tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rest", required=True, help="base address, such as http://localhost:8501")
    parser.add_argument("--grpc", required=True, help="host:port, such as localhost:8500")
    parser.add_argument("--golden", required=True, help="folder of the recorded cases")
    parser.add_argument("--method", action="append", help="only cases of this method; may be repeated (default: all)")
    parser.add_argument("--tfs", action="store_true", help="leave out what TensorFlow Serving does not have")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one call")
    args = parser.parse_args()
    methods = args.method or list(METHODS)
    tally, rest, grpc = Tally(), RestClient(args.rest, args.timeout), GrpcClient(args.grpc, args.timeout)
    binary = BinaryClient(rest)

    for model in golden.models(args.golden):
        name = model["model"]
        for kind, client in (("REST", rest), ("gRPC", grpc)):
            tally.check(f"{kind} {name} status", lambda: client.status(model))
            for version, expected in model["expected_metadata"].items():
                tally.check(f"{kind} {name} metadata {version}", lambda: client.metadata(model, version, expected))
        # Models with state are asked over REST and gRPC by turns, as when the answers were recorded.
        for case in model["cases"]:
            if case["method"] not in methods:
                continue
            if "rest_path" in case:
                tally.check(f"REST {name} {case['id']}", lambda: rest.case(case))
            if case["method"] == "predict" and "grpc_request" in case and not model["stateful"] and not args.tfs:
                tally.check(f"HTTP/1 {name} {case['id']}", lambda: binary.case(case))
            if "grpc_request" in case:
                tally.check(f"gRPC {name} {case['id']}", lambda: grpc.case(case))
    check_manners(tally, rest)
    if not args.tfs:
        check_binary(tally, binary)
    check_calls(tally, grpc)
    check_reflection(tally, grpc, HALF_PLUS_TWO)
    print(f"python: {tally.passed} passed, {tally.failed} failed")
    return 0 if tally.failed == 0 and tally.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
