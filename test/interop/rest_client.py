"""The recorded cases and some talk of HTTP, by the `requests` library."""

import gzip
import json

import requests

import golden
from tally import unequal


class RestClient:
    def __init__(self, address, timeout):
        self.address = address
        self.timeout = timeout
        self.session = requests.Session()  # One session: connections are kept and used again.

    def get(self, path):
        return self.session.get(self.address + path, timeout=self.timeout)

    def post(self, path, body, **options):
        return self.session.post(self.address + path, data=body, timeout=self.timeout, **options)

    def case(self, case):
        body = case.get("rest_request_text")
        answer = self.post(case["rest_path"], (json.dumps(case["rest_request"]) if body is None else body).encode())
        if answer.status_code != case["rest_status"]:
            return f"expected status {case['rest_status']}, got {answer.status_code}: {answer.text[:300]}"
        value = json.loads(answer.content.decode("utf-8", "surrogateescape"))
        if case["rest_status"] == 200:
            return golden.json_problem(case["expected_rest_response"], value, case["tolerance"])
        return unequal("keys of the error", {"error"}, set(value)) or golden.error_problem(case, value["error"])

    def metadata(self, model, version, expected):
        answer = self.get(f"/v1/models/{model['model']}/versions/{version}/metadata")
        return unequal("status", 200, answer.status_code) or golden.json_problem(expected, answer.json(), None)

    def status(self, model):
        answer = self.get(f"/v1/models/{model['model']}")
        states = {int(v["version"]): v["state"] for v in answer.json().get("model_version_status", [])}
        return unequal("states", {version: "AVAILABLE" for version in model["versions"]}, states)


def check_manners(tally, client):
    """What HTTP clients rely on apart from the answers."""
    path = "/v1/models/saved_model_half_plus_two_cpu:predict"
    body = json.dumps({"instances": [1.0, 2.0, 5.0]}).encode()
    expected = {"predictions": [2.5, 3.0, 4.5]}

    def compressed():
        return unequal("answer", expected, client.post(path, gzip.compress(body), headers={"Content-Encoding": "gzip"}).json())

    def chunked():
        return unequal("answer", expected, client.post(path, iter([body[:7], body[7:]])).json())

    def typed():
        answer = client.post(path, body)
        return unequal("content type", "application/json", answer.headers["Content-Type"])

    def large():
        numbers = [float(i % 1000) for i in range(300_000)]
        answer = client.post(path, json.dumps({"instances": numbers}).encode()).json()
        return unequal("answer", [n / 2 + 2 for n in numbers], answer["predictions"])

    def unknown():
        answer = client.get("/v1/models/nobody")
        return unequal("status", 404, answer.status_code) or unequal("keys", {"error"}, set(answer.json()))

    for check in (compressed, chunked, typed, large, unknown):
        tally.check(f"REST {check.__name__}", check)
