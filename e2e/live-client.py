"""Takes part in a live show, by docs/live-wire.md: python3 live-client.py http://HOST/live/RUN CHOICE '{"country":"fr"}' [RELAY-TOKEN]"""
import base64, hashlib, json, os, socket, struct, sys, time, urllib.parse, urllib.request

base, choice, values = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
M = 2**64 - 1


def siphash(key, data):
    turn = lambda x, b: ((x << b) | (x >> (64 - b))) & M
    k = struct.unpack("<2Q", key)
    v = [k[0] ^ 0x736F6D6570736575, k[1] ^ 0x646F72616E646F6D, k[0] ^ 0x6C7967656E657261, k[1] ^ 0x7465646279746573]

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & M; v[1] = turn(v[1], 13) ^ v[0]; v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[3]) & M; v[3] = turn(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & M; v[3] = turn(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & M; v[1] = turn(v[1], 17) ^ v[2]; v[2] = turn(v[2], 32)

    data += bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for (word,) in struct.iter_unpack("<Q", data):
        v[3] ^= word; rounds(2); v[0] ^= word
    v[2] ^= 255; rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


unpad = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened(key, text):
    blocks = b"".join(struct.pack("<Q", siphash(key, struct.pack("<Q", n))) for n in range(len(text) // 8 + 1))
    return json.loads(bytes(a ^ b for a, b in zip(text, blocks)))


def ask(path, **said):
    with urllib.request.urlopen(urllib.request.Request(base + path, json.dumps(said).encode(), {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def join():
    return ask("/join", values=values)["token"]


class Connection:
    def __init__(self):
        url = urllib.parse.urlsplit(base)
        self.socket = socket.create_connection((url.hostname, url.port or 80))
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET {url.path}/ws HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b"".join(iter(self.file.readline, b"\r\n")).decode()
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert " 101 " in head and accept in head, head

    def send(self, payload):
        mask = os.urandom(4)
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
        self.socket.sendall(b"\x82" + length + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload)))

    def hear(self):
        kind, length = self.file.read(2)
        if length == 126: (length,) = struct.unpack(">H", self.file.read(2))
        payload = self.file.read(length)
        if kind == 0x88: raise SystemExit(f"closed: {struct.unpack('>H', payload[:2])}")
        if payload[:1] == b"\x84": self.send(b"\x04" + payload[1:])
        return json.loads(payload) if kind == 0x81 else payload


def until(connection, found):
    while True:
        said = connection.hear()
        if found(said): return said


token, by_http = join(), join()
connection = Connection()
connection.send(b"\x01\0\0\0" + unpad(token))
index = until(connection, lambda said: type(said) is dict and said["is"] == "welcome")["index"]
print(json.dumps({"index": index}), flush=True)
sealed = until(connection, lambda said: type(said) is dict and said["is"] == "sealed")
reveal = until(connection, lambda said: type(said) is dict and said["is"] == "reveal")
question = reveal["question"]
print(json.dumps(opened(unpad(reveal["key"]), unpad(sealed["sealed"]))), flush=True)
number, outcome = 0, 2
while outcome == 2:  # early: again after 200 ms
    time.sleep(0.2)
    number += 1
    connection.send(struct.pack("<4B2I", 2, question, choice, 0, 200 * number, number))
    ack = until(connection, lambda said: type(said) is bytes and said[0] == 0x82)
    outcome, stands, of, counted = struct.unpack("<x3BI", ack)
print(json.dumps({"outcome": outcome, "choice": stands, "question": of, "isOwn": counted == number}), flush=True)
print(json.dumps(ask("/answer", t=by_http, q=question, c=choice)), flush=True)

if len(sys.argv) > 4:  # a relay: two answers of others, one of them twice
    answers = [unpad(join()), unpad(join())]
    answers.append(answers[0])
    relay = Connection()
    relay.send(b"\x01\0\0\0" + unpad(sys.argv[4]))
    relay.send(struct.pack("<BxHI", 3, len(answers), 77) + b"".join(each + struct.pack("<4BI", question, choice, 0, 0, 0) for each in answers))
    ack = until(relay, lambda said: type(said) is bytes and said[0] == 0x83)
    assert struct.unpack("<BxHI", ack[:8]) == (0x83, len(answers), 77), ack
    print(json.dumps([{"outcome": each >> 4, "choice": (each & 15) - 1} for each in ack[8:]]), flush=True)
