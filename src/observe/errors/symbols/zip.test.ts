import { expect, test } from "bun:test";
import { BadZip, Zip } from "./zip.ts";
import { zipOf } from "./zip.testing.ts";

const limits = { entriesMax: 10, entryBytesMax: 1_000_000, bytesMax: 2_000_000 };
const read = (bytes: Uint8Array, name: string): string | undefined => {
  const file = new Zip(bytes, limits).file(name);
  return file && new TextDecoder().decode(file);
};
const refusal = (bytes: Uint8Array, name = "a"): string => {
  try {
    new Zip(bytes, limits).file(name);
    return "";
  } catch (why) {
    return why instanceof BadZip ? why.message : `not refused but broken: ${String(why)}`;
  }
};

test("files are read, stored and deflated, wherever offsets count from", () => {
  const files = { "a/b.js": "x".repeat(5_000), "manifest.json": "{}" };
  const header = Buffer.from("SYSB\x02\0\0\0", "latin1");
  for (const zip of [
    zipOf(files),
    zipOf(files, { stored: true }),
    zipOf(files, { before: header }),
    Buffer.concat([header, zipOf(files)]),
  ]) {
    expect(read(zip, "a/b.js")).toBe(files["a/b.js"]);
    expect(read(zip, "manifest.json")).toBe("{}");
    expect(read(zip, "nothing")).toBeUndefined();
  }
});

test("what lies about its size, shares its bytes, or leads outside is refused", () => {
  expect(refusal(Buffer.from("no zip at all, and more than twenty-two bytes"))).toContain("no ZIP");
  expect(refusal(zipOf({ a: "x".repeat(9_000) }, { claimed: 10 }))).toContain("cannot be unpacked");
  expect(refusal(zipOf({ a: "x".repeat(1_000_001) }))).toContain("more than 1000000 bytes");
  expect(refusal(zipOf({ a: "x" }, { crc: 7 }))).toContain("damaged");
  expect(refusal(zipOf({ "../a": "x" }))).toContain("leads outside");
  expect(refusal(zipOf({ "/etc/a": "x" }))).toContain("leads outside");
  expect(refusal(zipOf({ "c:\\a": "x" }))).toContain("leads outside");
  expect(refusal(zipOf({ a: "x".repeat(5_000), b: "y" }, { sharedOffset: true }))).toContain(
    "overlaps",
  );
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`f${n}`, "x"]));
  expect(refusal(zipOf(many))).toContain("more than 10 files");
  const large = { a: "x".repeat(900_000), b: "x".repeat(900_000), c: "x".repeat(900_000) };
  const zip = new Zip(zipOf(large), limits);
  zip.file("a");
  zip.file("b");
  expect(() => zip.file("c")).toThrow("more than 2000000 bytes");
});

test("an archive cut or altered anywhere is read or refused, and never breaks the reader", () => {
  const whole = zipOf({ a: "hello", b: "beaver ".repeat(50) });
  for (let at = 0; at < whole.length; at++) {
    expect(refusal(whole.subarray(0, at))).not.toContain("broken");
    for (const value of [0, 0xff]) {
      const altered = Buffer.from(whole);
      altered[at] = value;
      expect(refusal(altered)).not.toContain("broken");
      expect(refusal(altered, "b")).not.toContain("broken");
    }
  }
});
