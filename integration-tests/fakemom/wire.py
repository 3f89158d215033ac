"""JSON lines over UNIX sockets, and where everything of one bed lies."""
import json
import os
import socket
import struct
import threading

BED = os.environ["CKPT_PBS_BED"]
SERVER = os.path.join(BED, "run", "server.sock")


def mom_socket(host):
    return os.path.join(BED, "run", host + ".sock")


def has_bug(name):
    """Whether a bug of the real PBS is turned on, see `bed bugs`."""
    return os.path.exists(os.path.join(BED, "bugs", name))


class Line:
    """One connection. Sending is safe for threads."""

    def __init__(self, connection):
        self.connection = connection
        self.reader = connection.makefile("r", encoding="utf-8")
        self.lock = threading.Lock()

    def send(self, **message):
        with self.lock:
            self.connection.sendall((json.dumps(message) + "\n").encode())

    def receive(self):
        """The next message; None at the end."""
        try:
            line = self.reader.readline()
        except OSError:
            return None
        return json.loads(line) if line.endswith("\n") else None

    def uid(self):
        credentials = self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return struct.unpack("3i", credentials)[1]

    def close(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return Line(connection)


def serve(path, handle):
    """Calls handle(line) in a thread for each connection."""
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(Line(connection),), daemon=True).start()


def accounts():
    """uid by name and name by uid, of the bed's own passwd."""
    with open(os.path.join(BED, "etc", "passwd"), encoding="utf-8") as lines:
        fields = [line.split(":") for line in lines]
    return {each[0]: int(each[2]) for each in fields}
