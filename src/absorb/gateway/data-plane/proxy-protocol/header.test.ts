import { expect, test } from "bun:test";
import { extensionBytesMax, proxyHeaderOf } from "./header.ts";
import { binary, line } from "./headers.testing.ts";

const said = (bytes: Buffer | string): string => {
  const header = proxyHeaderOf(Buffer.from(bytes as string, "latin1"));
  return header.said === "bad" ? header.why : header.said;
};
const sourceOf = (bytes: Buffer): string | undefined => {
  const header = proxyHeaderOf(bytes);
  return header.said === "whole" ? header.source : header.said;
};
const v6 = Buffer.from("20010db8000000000000000000000001", "hex");

const whole: [string, Buffer, string | undefined][] = [
  ["a line over IPv4", line("TCP4 192.0.2.1 10.0.0.1 56324 443"), "192.0.2.1"],
  ["a line over IPv6", line("TCP6 2001:db8::1 2001:db8::2 1 65535"), "2001:db8::1"],
  ["a line that knows nothing", line("UNKNOWN"), undefined],
  ["a line that knows nothing at length", line("UNKNOWN ffff::1 ffff::2 1 2"), undefined],
  ["bytes over IPv4", binary({ family: 0x11, source: Buffer.from([192, 0, 2, 7]) }), "192.0.2.7"],
  ["bytes over IPv6", binary({ family: 0x21, source: v6 }), "2001:db8::1"],
  ["bytes of a Unix socket", binary({ family: 0x31, source: Buffer.alloc(108) }), undefined],
  ["bytes of the balancer's own", binary({ command: 0x20, family: 0 }), undefined],
  ["bytes that know nothing", binary({ family: 0 }), undefined],
  [
    "bytes with extensions",
    binary({ family: 0x11, source: Buffer.from([192, 0, 2, 7]), extensions: Buffer.alloc(40, 4) }),
    "192.0.2.7",
  ],
];

for (const [name, bytes, source] of whole)
  test(`${name}: read whole, however it is cut, and what follows is not touched`, () => {
    for (let cut = 0; cut < bytes.length; cut++) expect(said(bytes.subarray(0, cut))).toBe("more");
    const header = proxyHeaderOf(Buffer.concat([bytes, Buffer.from("GET / HTTP/1.1\r\n")]));
    expect(header).toEqual({
      ...{ said: "whole", length: bytes.length },
      ...(source === undefined ? {} : { source }),
    });
  });

const refused: [string, Buffer | string, string][] = [
  ["a request", "GET / HTTP/1.1\r\n", "signature"],
  ["a handshake", Buffer.from("16030100", "hex"), "signature"],
  ["a small word", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", "signature"],
  ["an unknown family", line("TCP5 1.1.1.1 1.1.1.1 1 1"), "family"],
  ["no family", "PROXY \r\n", "family"],
  ["datagrams in a line", line("UDP4 1.1.1.1 1.1.1.1 1 1"), "family"],
  ["two blanks", line("TCP4  1.1.1.1 1.1.1.1 1 1"), "line"],
  ["a port too few", line("TCP4 1.1.1.1 1.1.1.1 1"), "line"],
  ["a port too many", line("TCP4 1.1.1.1 1.1.1.1 1 1 1"), "line"],
  ["a port too large", line("TCP4 1.1.1.1 1.1.1.1 1 65536"), "line"],
  ["a port with a sign", line("TCP4 1.1.1.1 1.1.1.1 +1 1"), "line"],
  ["a port with a nought before", line("TCP4 1.1.1.1 1.1.1.1 01 1"), "line"],
  ["an octet too large", line("TCP4 1.1.1.256 1.1.1.1 1 1"), "address"],
  ["an octal octet", line("TCP4 1.1.1.01 1.1.1.1 1 1"), "address"],
  ["a short address", line("TCP4 1.1.1 1.1.1.1 1 1"), "address"],
  ["a name", line("TCP4 localhost 1.1.1.1 1 1"), "address"],
  ["IPv6 said to be IPv4", line("TCP4 ::1 ::1 1 1"), "address"],
  ["IPv4 said to be IPv6", line("TCP6 1.1.1.1 1.1.1.1 1 1"), "address"],
  ["IPv6 with a zone", line("TCP6 fe80::1%eth0 ::1 1 1"), "address"],
  ["IPv6 with too many groups", line("TCP6 1:2:3:4:5:6:7:8:9 ::1 1 1"), "address"],
  ["a line that ends with CR alone", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rX", "line"],
  ["a line without an end", `PROXY UNKNOWN ${"x".repeat(100)}`, "length"],
  ["a line that is one byte too long", line(`UNKNOWN ${"x".repeat(92)}`), "length"],
  ["version 1 in bytes", binary({ command: 0x11, family: 0x11 }), "version"],
  ["version 3", binary({ command: 0x31, family: 0x11 }), "version"],
  ["an unknown command", binary({ command: 0x22, family: 0x11 }), "version"],
  ["an unknown family in bytes", binary({ family: 0x41 }), "family"],
  ["an unknown transport in bytes", binary({ family: 0x13 }), "family"],
  ["addresses that are cut off", binary({ family: 0x11, length: 11 }), "length"],
  ["IPv6 addresses that are cut off", binary({ family: 0x21, length: 12 }), "length"],
  [
    "more extensions than anybody needs",
    binary({ family: 0x11, length: extensionBytesMax + 1 }),
    "length",
  ],
];

for (const [name, bytes, why] of refused)
  test(`${name} is refused: ${why}`, () => {
    expect(said(bytes)).toBe(why);
  });

test("the shortest way to write an IPv6 address is the one that counts", () => {
  const mapped = Buffer.from("00000000000000000000ffffc0000201", "hex");
  expect(sourceOf(binary({ family: 0x21, source: mapped }))).toBe("192.0.2.1");
});
