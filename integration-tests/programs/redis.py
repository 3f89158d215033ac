"""A Redis server with an append-only file, and a client that has a hundred requests on their way at any moment."""

import os
import socket
import subprocess

from contract import DIRECTORY, free_port, heard, judge, path, say, until

KEYS = 20
WINDOW = 100


class Client:
    def __init__(self, port):
        self.socket = until(lambda: self.connected(port))
        self.replies = self.socket.makefile("rb")

    @staticmethod
    def connected(port):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            return None

    def send(self, *words):
        parts = [b"*%d\r\n" % len(words)] + [b"$%d\r\n%s\r\n" % (len(word), word) for word in words]
        self.socket.sendall(b"".join(parts))

    def reply(self):
        line = self.replies.readline()
        if line[:1] == b"$":
            return self.replies.read(int(line[1:]) + 2)[:-2]
        return line[1:-2]


def main():
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--dir", DIRECTORY, "--save", "", "--appendonly", "yes"],
        stdout=open(path("server.log"), "w"),
    )
    client, failures = Client(port), []
    sent = answered = 0
    while not failures and (answered < 20000 or not heard("go")):
        while sent < answered + WINDOW:
            client.send(b"INCR", b"key:%d" % (sent % KEYS))
            sent += 1
        reply, expected = client.reply(), b"%d" % (answered // KEYS + 1)
        if reply != expected:
            failures.append(f"answer {answered} is {reply}, not {expected}")
        answered += 1
        if answered == 5000:
            say("ready")
    while answered < sent:
        client.reply()
        answered += 1
    for key in range(KEYS):
        client.send(b"GET", b"key:%d" % key)
        reply, expected = client.reply(), b"%d" % len(range(key, sent, KEYS))
        if reply != expected:
            failures.append(f"key {key} is {reply}, not {expected}")
    client.send(b"SHUTDOWN")
    if server.wait() != 0:
        failures.append(f"the server ended with {server.returncode}")
    kept = sum(
        open(path("appendonlydir/" + name), "rb").read().count(b"INCR")
        for name in os.listdir(path("appendonlydir"))
        if name.endswith(".incr.aof")
    )
    if kept != sent:
        failures.append(f"the file has {kept} requests, not {sent}")
    judge(failures)


main()
