"""A connection that waits to be accepted, with data in it, until somebody says 'accept': no checkpoint carries it."""

import socket

from contract import heard, judge, say, until

with socket.create_server(("127.0.0.1", 0)) as server:
    client = socket.create_connection(server.getsockname())
    client.sendall(b"early")
    say("ready")
    until(lambda: heard("accept"))
    accepted, _ = server.accept()
    until(lambda: heard("go"))
    client.sendall(b" and late")
    client.close()
    text = b"".join(iter(lambda: accepted.recv(100), b""))
    judge([] if text == b"early and late" else [repr(text)])
