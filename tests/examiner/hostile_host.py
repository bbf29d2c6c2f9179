"""A host that greets properly, and misbehaves as the name of the method that is called says.

With an argument before the port it answers that request of the protocol as if the candidate's code had raised.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import sys
import time
from typing import Any


def main() -> None:
    port, token = int(sys.argv[-1]), os.environ["HOST_TOKEN"]
    with socket.create_server(("127.0.0.1", port), reuse_port=False) as listener:
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                try:
                    for line in lines:
                        request = json.loads(line)
                        connection.sendall(answer(connection, request, token))
                except OSError:
                    continue


def answer(connection: socket.socket, request: dict[str, Any], token: str) -> bytes:
    params = request["params"]
    if request["method"] in sys.argv[1:-1]:
        data = {"type": "Surprise", "mro": ["Surprise"], "message": "raised where nothing can"}
        return frame(request, error={"code": -32000, "message": "", "data": data})
    if request["method"] == "hello":
        proof = hmac.digest(token.encode(), f"host:{params['nonce']}".encode(), hashlib.sha256).hex()
        return frame(request, result={"proof": proof, "nonce": "n", "failure": None})
    if request["method"] == "new":
        return frame(request, result={"$": "ref", "v": 1})
    if request["method"] != "invoke":
        return frame(request, result=None)
    return MISDEEDS[params["name"]](connection, request)


def frame(request: dict[str, Any], **content: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request["id"]} | content).encode() + b"\n"


def raw(text: str) -> Any:
    return lambda _, request: text.replace("ID", str(request["id"])).encode() + b"\n"


def result(value: str) -> Any:
    return raw('{"jsonrpc": "2.0", "id": ID, "result": ' + value + "}")


def flood(connection: socket.socket, _: dict[str, Any]) -> bytes:
    while True:
        connection.sendall(b"x" * 65536)


def drip(connection: socket.socket, _: dict[str, Any]) -> bytes:
    while True:
        connection.sendall(b" ")
        time.sleep(0.02)


def hang(_: socket.socket, __: dict[str, Any]) -> bytes:
    time.sleep(3600)
    return b""


def close_half(connection: socket.socket, _: dict[str, Any]) -> bytes:
    connection.sendall(b'{"jsonrpc": "2.0", ')
    connection.shutdown(socket.SHUT_RDWR)
    return b""


MISDEEDS: dict[str, Any] = {
    "not_json": raw("no JSON"),
    "empty_line": raw(""),
    "bad_utf8": lambda *_: b"\xff\xfe\n",
    "a_list": raw("[1, 2]"),
    "a_number": raw("7"),
    "wrong_id": raw('{"jsonrpc": "2.0", "id": 99999, "result": 1}'),
    "text_id": raw('{"jsonrpc": "2.0", "id": "ID", "result": 1}'),
    "true_id": raw('{"jsonrpc": "2.0", "id": true, "result": 1}'),
    "no_version": raw('{"id": ID, "result": 1}'),
    "no_result": raw('{"jsonrpc": "2.0", "id": ID}'),
    "both": raw('{"jsonrpc": "2.0", "id": ID, "result": 1, "error": null}'),
    "doubled_key": raw('{"jsonrpc": "2.0", "id": ID, "result": 1, "result": 2}'),
    "not_a_number": result("NaN"),
    "infinity": result("-Infinity"),
    "overflow": result("1e999"),
    "long_number": result("1" * 5000),
    "deep": result("[" * 200_000 + "]" * 200_000),
    "rather_deep": result("[" * 400 + "]" * 400),
    "deep_tags": result('{"$": "tuple", "v": [' * 300 + "]}" * 300),
    "unknown_tag": result('{"$": "pickle", "v": "gASVAA=="}'),
    "untagged": result('{"a": 1}'),
    "unhashable_key": result('{"$": "dict", "v": [[[1], 2]]}'),
    "odd_pairs": result('{"$": "dict", "v": [[1, 2, 3]]}'),
    "bad_base64": result('{"$": "bytes", "v": "*"}'),
    "bad_int": result('{"$": "int", "v": "seven"}'),
    "unknown_ref": result('{"$": "ref", "v": 12345}'),
    "many_keys": result(
        '{"$": "set", "v": [' + ", ".join(str(n * (2**61 - 1)) for n in range(100_000)) + "]}"
    ),
    "two_frames": raw('{"jsonrpc": "2.0", "id": ID, "result": 1}\n{"jsonrpc": "2.0", "id": ID, "result": 2}'),
    "trailing": raw('{"jsonrpc": "2.0", "id": ID, "result": 1} 2'),
    "giant": result('"' + "x" * 6_000_000 + '"'),
    "own_failure": raw('{"jsonrpc": "2.0", "id": ID, "error": {"code": -32603, "message": "internal"}}'),
    "deep_id": raw('{"jsonrpc": "2.0", "id": ' + "[" * 900 + "]" * 900 + ', "result": 1}'),
    "deep_error": raw(
        '{"jsonrpc": "2.0", "id": ID, "error": {"code": 1, "message": ' + "[" * 900 + "]" * 900 + "}}"
    ),
    "odd_error": raw('{"jsonrpc": "2.0", "id": ID, "error": "boom"}'),
    "odd_exception": raw('{"jsonrpc": "2.0", "id": ID, "error": {"code": -32000, "data": {"type": "E"}}}'),
    "__len__": result('"many"'),
    "flood": flood,
    "close_half": close_half,
    "drip": drip,
    "hang": hang,
    "exit": lambda *_: os._exit(7),
    "kill": lambda *_: os.kill(os.getpid(), 9) or b"",
}

if __name__ == "__main__":
    main()
