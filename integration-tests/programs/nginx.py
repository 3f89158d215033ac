"""An nginx server in the midst of a download: its client reads slowly until it is told to go on."""

import hashlib
import http.client
import os
import random
import subprocess
import time

from contract import DIRECTORY, free_port, heard, judge, path, say, until

SIZE = 64 << 20
CONFIGURATION = """
daemon off;
worker_processes 2;
error_log {directory}/error.log;
pid {directory}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log {directory}/access.log;
    client_body_temp_path {directory}/temporary;
    proxy_temp_path {directory}/temporary;
    fastcgi_temp_path {directory}/temporary;
    uwsgi_temp_path {directory}/temporary;
    scgi_temp_path {directory}/temporary;
    sendfile on;
    server {{ listen 127.0.0.1:{port}; root {directory}/files; }}
}}
"""


def answer(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/large")
        return connection.getresponse()
    except ConnectionRefusedError:
        return None


def main():
    port = free_port()
    os.mkdir(path("files"))
    large = random.Random(5).randbytes(SIZE)
    with open(path("files/large"), "wb") as file:
        file.write(large)
    with open(path("nginx.conf"), "w") as file:
        file.write(CONFIGURATION.format(directory=DIRECTORY, port=port))
    server = subprocess.Popen(["/usr/sbin/nginx", "-e", path("error.log"), "-c", path("nginx.conf")])
    response = until(lambda: answer(port))
    received, digest = 0, hashlib.sha256()
    while received < SIZE:
        piece = response.read(16384)
        if not piece:
            break
        digest.update(piece)
        received += len(piece)
        if received == 1 << 20:
            say("ready")
        if received >= 1 << 20 and received < SIZE // 2 and not heard("go"):
            time.sleep(0.02)
    server.terminate()
    failures = [] if server.wait() == 0 else [f"the server ended with {server.returncode}"]
    if received != SIZE or digest.digest() != hashlib.sha256(large).digest():
        failures.append(f"{received} bytes came, and not those of the file")
    judge(failures)


main()
