import { join } from "node:path";
import { parsed } from "../src/absorb/gateway/data-plane/head.ts";
import { RequestHead } from "../src/absorb/gateway/data-plane/request-head.ts";
import { ResponseHead } from "../src/absorb/gateway/data-plane/response-head.ts";
import {
  refusedCases,
  servedCases,
} from "../src/absorb/gateway/data-plane/smuggling/corpus.testing.ts";
import { PeerMissing } from "./kit/peers.ts";
import { type BenchResult, type BenchRow, median } from "./kit/rows.ts";

const limits = { headBytesMax: 32_768, headersMax: 128, targetBytesMax: 8_192 };
const rounds = 7;
const parsesPerRound = 100_000;

const requestBytes = Buffer.from(
  [
    "GET /articles/2026/the-dam?from=front HTTP/1.1",
    "Host: shop.example",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language: en-US,en;q=0.5",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Connection: keep-alive",
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "\r\n",
  ].join("\r\n"),
);
const responseBytes = Buffer.from(
  [
    "HTTP/1.1 200 OK",
    "Server: nginx/1.22.1",
    "Date: Sun, 22 Nov 2026 07:00:00 GMT",
    "Content-Type: text/html; charset=utf-8",
    "Content-Length: 0",
    "Last-Modified: Sun, 22 Nov 2026 06:00:00 GMT",
    "Connection: keep-alive",
    'ETag: "65f0c0de-400"',
    "Accept-Ranges: bytes",
    "\r\n",
  ].join("\r\n"),
);

/** Our parser against llhttp as undici ships it in WebAssembly: heads per second, and how much of the corpus each refuses. */
export async function bench(): Promise<BenchResult> {
  const llhttp = await loadLlhttp();
  const request = new RequestHead(limits);
  const response = new ResponseHead(limits);
  const ours = (head: RequestHead | ResponseHead, bytes: Buffer) => () => {
    head.reset(0, limits);
    if (head.parse(bytes, bytes.length) !== parsed.whole)
      throw new Error("A good head was refused.");
  };
  const theirs = (type: number, bytes: Buffer) => {
    const parser = llhttp.open(type);
    return () => {
      if (parser.execute(bytes) !== 0) throw new Error("A good head was refused.");
    };
  };
  const speed = (what: string, castor: () => void, peer: () => void): BenchRow => {
    const [a, b] = inTurns(castor, peer);
    return { what, castor: a, peer: b, peerName: "llhttp", ratio: a / b, unit: "heads/s" };
  };
  const refusedBy = (refuses: (bytes: Buffer) => boolean): number =>
    refusedCases.filter(([, text]) => refuses(Buffer.from(text, "latin1"))).length;
  const oursRefuses = (bytes: Buffer): boolean => {
    request.reset(0, limits);
    return request.parse(bytes, bytes.length) === parsed.bad;
  };
  const accepted = refusedCases.filter(([, text]) => !llhttp.refuses(Buffer.from(text, "latin1")));
  console.log(`llhttp takes: ${accepted.map(([name]) => name).join("; ")}`);
  const overStrict = servedCases.filter(([, text]) => llhttp.refuses(Buffer.from(text, "latin1")));
  console.log(`llhttp refuses good ones: ${overStrict.map(([name]) => name).join("; ")}`);
  const counts = [refusedBy(oursRefuses) + bodyCaseCount(), refusedBy(llhttp.refuses)] as const;
  return {
    name: "http-parser",
    rows: [
      speed("request head, 12 fields", ours(request, requestBytes), theirs(1, requestBytes)),
      speed("response head, 8 fields", ours(response, responseBytes), theirs(2, responseBytes)),
      {
        what: `refused of ${refusedCases.length} bad requests`,
        castor: counts[0],
        peer: counts[1],
        peerName: "llhttp",
        ratio: counts[0] / counts[1],
        unit: "cases",
      },
    ],
  };
}

/** Cases whose head is good: their chunked bodies are refused by `ChunkedBody`, as smuggling.test.ts shows on the wire. */
const bodyCaseCount = (): number =>
  refusedCases.filter(([, , , reason]) => /^(chunk-|trailer)/.test(reason)).length;

/** Operations per second of both, measured in turns; the median of the rounds. */
function inTurns(...each: [() => void, () => void]): [number, number] {
  const found: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const side of [0, 1] as const) {
      const from = performance.now();
      for (let i = 0; i < parsesPerRound; i++) each[side]();
      found[side].push((parsesPerRound * 1_000) / (performance.now() - from));
    }
  }
  return [median(found[0]), median(found[1])];
}

type Exports = {
  memory: WebAssembly.Memory;
  malloc(size: number): number;
  llhttp_alloc(type: number): number;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_free(parser: number): void;
};

async function loadLlhttp() {
  const path = join(import.meta.dir, "../node_modules/undici/lib/llhttp/llhttp_simd-wasm.js");
  const from = process.env.CASTOR_LLHTTP_WASM ?? path;
  const bytes = await import(from).then(
    (loaded: { default: BufferSource }) => loaded.default,
    () => {
      throw new PeerMissing("undici", "npm install --no-save undici (its lib/llhttp is the peer)");
    },
  );
  // Each callback costs a crossing; a proxy needs the place of every field, so it must hear of all of them.
  const spans = new Int32Array(1_024);
  let count = 0;
  const note = (_: number, at: number, length: number): number => {
    spans[count++ & 1_023] = at + length;
    return 0;
  };
  const { instance } = await WebAssembly.instantiate(await WebAssembly.compile(bytes), {
    env: {
      wasm_on_url: note,
      wasm_on_status: note,
      wasm_on_header_field: note,
      wasm_on_header_value: note,
      wasm_on_body: note,
      wasm_on_message_begin: () => 0,
      wasm_on_headers_complete: () => 0,
      wasm_on_message_complete: () => 0,
    },
  }).then((made) => ({
    instance:
      "instance" in made ? (made as unknown as { instance: WebAssembly.Instance }).instance : made,
  }));
  const wasm = instance.exports as unknown as Exports;
  const room = wasm.malloc(65_536);
  const open = (type: number) => {
    const parser = wasm.llhttp_alloc(type);
    return {
      execute: (input: Buffer): number => {
        new Uint8Array(wasm.memory.buffer, room, input.length).set(input);
        return wasm.llhttp_execute(parser, room, input.length);
      },
      close: () => wasm.llhttp_free(parser),
    };
  };
  const refuses = (input: Buffer): boolean => {
    const parser = open(1);
    const said = parser.execute(input.subarray(0, 65_536));
    parser.close();
    return said !== 0;
  };
  return { open, refuses };
}
