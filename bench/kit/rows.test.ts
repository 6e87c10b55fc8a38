import { expect, test } from "bun:test";
import { needPeer, PeerMissing } from "./peers.ts";
import { mistakes, table, type BenchRow } from "./rows.ts";

const row: BenchRow = {
  what: "proxied 1 KB",
  castor: 30_000,
  peer: 33_333.3,
  peerName: "nginx",
  ratio: 0.9,
  unit: "req/s",
};

test("a row shows ours, the peer's with its name, and the ratio", () =>
  expect(table([row])).toBe(
    [
      "what          castor    peer         ratio  unit",
      "proxied 1 KB  30 000  33 333  nginx  0.90×  req/s",
    ].join("\n"),
  ));

test("figures that cannot be published are refused", () => {
  expect(mistakes([row])).toEqual([]);
  expect(mistakes([])).toEqual(["no rows"]);
  expect(mistakes([{ ...row, peer: Number.NaN, peerName: "" }])).toEqual([
    "proxied 1 KB: peer is NaN",
    "proxied 1 KB: the peer has no name",
  ]);
});

test("a missing peer fails the benchmark and says how to get it", () =>
  expect(() => needPeer("no-such-proxy")).toThrow(
    new PeerMissing("no-such-proxy", "apt-get install -y no-such-proxy"),
  ));
