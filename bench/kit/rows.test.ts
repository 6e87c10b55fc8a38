import { expect, test } from "bun:test";
import { needPeer, PeerMissing } from "./peers.ts";
import { atLeast, atMost, isKept, mistakes, none, table, type BenchRow, verdict } from "./rows.ts";

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
      "what          castor    peer         ratio  unit   bar",
      "proxied 1 KB  30 000  33 333  nginx  0.90×  req/s",
    ].join("\n"),
  ));

test("a row with a bar says whether it is kept, and all together say how many are", () => {
  const rows = [
    row,
    { ...row, bar: 0.8 },
    { ...row, what: "the same again", bar: 1.2 },
    atMost("memory", 4.8, 11, "bytes"),
    atLeast("rate", 90, 100, "a second"),
    none("lost", 0, "answers"),
    none("doubled", 1, "answers"),
  ];
  expect(rows.map(isKept)).toEqual([undefined, true, false, true, false, true, false]);
  expect(table(rows).split("\n")[3]).toEndWith("req/s     ≥ 1.20× MISSED");
  expect(verdict(rows)).toBe(
    "3 of 6 bars kept\n  missed: the same again, nginx\n  missed: rate\n  missed: doubled\n",
  );
  expect(verdict([row])).toBe("");
});

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
