import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { HeaderField } from "./header-field.ts";
import { HpackReader } from "./hpack-reader.ts";
import { unhuffman } from "./huffman.ts";
import { huffman } from "./hpack.testing.ts";

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ""), "hex");

function read(reader: HpackReader, block: Buffer): string[] | undefined {
  const found: string[] = [];
  const add = ({ name, value }: HeaderField): number => found.push(`${name}: ${value}`);
  return reader.read(block, 0, block.length, { add }) ? found : undefined;
}

const asked = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"] as const;
const series = [
  {
    what: "C.3, requests as they are",
    tableBytes: undefined,
    blocks: [
      ["8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", asked],
      ["8286 84be 5808 6e6f 2d63 6163 6865", [...asked, "cache-control: no-cache"]],
      [
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        [
          ":method: GET",
          ":scheme: https",
          ":path: /index.html",
          ":authority: www.example.com",
          "custom-key: custom-value",
        ],
      ],
    ],
  },
  {
    what: "C.4, requests in Huffman code",
    tableBytes: undefined,
    blocks: [
      ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", asked],
      ["8286 84be 5886 a8eb 1064 9cbf", [...asked, "cache-control: no-cache"]],
      [
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        [
          ":method: GET",
          ":scheme: https",
          ":path: /index.html",
          ":authority: www.example.com",
          "custom-key: custom-value",
        ],
      ],
    ],
  },
  {
    what: "C.5, responses that push others out of a small table",
    tableBytes: 256,
    blocks: [
      [
        `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
         3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
        [
          ":status: 302",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com",
        ],
      ],
      [
        "4803 3330 37c1 c0bf",
        [
          ":status: 307",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com",
        ],
      ],
      [
        `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970
         7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61
         6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
        [
          ":status: 200",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:22 GMT",
          "location: https://www.example.com",
          "content-encoding: gzip",
          "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ],
      ],
    ],
  },
  {
    what: "C.6, the same in Huffman code",
    tableBytes: 256,
    blocks: [
      [
        `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
         1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
        [
          ":status: 302",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com",
        ],
      ],
      [
        "4883 640e ffc1 c0bf",
        [
          ":status: 307",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com",
        ],
      ],
      [
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2
         e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
        [
          ":status: 200",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:22 GMT",
          "location: https://www.example.com",
          "content-encoding: gzip",
          "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ],
      ],
    ],
  },
] as const;

test.each(series)("the examples of RFC 7541 are read: $what", ({ tableBytes, blocks }) => {
  const reader = new HpackReader();
  // 256 as RFC 7541 §6.3 writes it.
  if (tableBytes !== undefined) expect(read(reader, bytesOf("3fe101"))).toEqual([]);
  for (const [hex, fields] of blocks) expect(read(reader, bytesOf(hex))).toEqual([...fields]);
});

test("a field that the sender wants nowhere kept is read and not kept (C.2)", () => {
  const reader = new HpackReader();
  const password = "1008 7061 7373 776f 7264 0673 6563 7265 74";
  expect(read(reader, bytesOf(password))).toEqual(["password: secret"]);
  expect(read(reader, bytesOf("be"))).toBeUndefined();
});

const broken = {
  "index 0": "80",
  "an index that nothing has": "be",
  "an index beyond reason": "ffffffffffff0f",
  "a number that does not end": "ff80",
  "a number with too many digits": "7f8080808080808001",
  "a name by an index that nothing has": "7f0001",
  "a name without an end": "400a6162",
  "no name": "40",
  "no value": "4001 61",
  "a value without an end": "4001610561",
  "a length that does not end": "40017fff",
  "a larger table than was allowed": "3fe21f",
  "a table resized within a block": "8220",
  "a Huffman text that ends with zeros": "40018ff0",
  "a Huffman text with a whole byte of padding": "400182 1fff",
  "a Huffman text with the end mark": "40 0184 ffffffff",
};
test.each(Object.entries(broken))("a block is broken by %s", (_, hex) => {
  expect(read(new HpackReader(), bytesOf(hex))).toBeUndefined();
});

test("a table of no bytes keeps nothing, and a larger one keeps again", () => {
  const reader = new HpackReader();
  expect(read(reader, bytesOf("20 4001610162"))).toEqual(["a: b"]);
  expect(read(reader, bytesOf("be"))).toBeUndefined();
  expect(read(reader, bytesOf("3fe11f 4001610162 be"))).toEqual(["a: b", "a: b"]);
});

test("a field larger than the table empties it", () => {
  const reader = new HpackReader();
  const large = Buffer.concat([bytesOf("400161 7f811f"), Buffer.alloc(4_096, "x")]);
  expect(read(reader, bytesOf("4001610162"))).toEqual(["a: b"]);
  expect(read(reader, large)).toEqual([`a: ${"x".repeat(4_096)}`]);
  expect(read(reader, bytesOf("be"))).toBeUndefined();
});

test("every byte survives Huffman code, and texts are cut nowhere", () => {
  const out = Buffer.alloc(65_536);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const coded = huffman(Buffer.from(bytes));
      const end = unhuffman(coded, 0, coded.length, out, 0);
      expect(out.subarray(0, end).equals(bytes)).toBeTrue();
    }),
  );
});

test("whatever comes as a block, it is read or refused, and the table stays in its bounds", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (blocks) => {
      const reader = new HpackReader();
      for (const block of blocks) read(reader, Buffer.from(block));
      expect(reader.tableBytes).toBeWithin(0, 4_097);
    }),
    { numRuns: 500 },
  );
});
