import { randomBytes } from "node:crypto";
import type { FormBox, SealedForm } from "../../../freeze/cellar/contract.ts";
import type { Site } from "../../../freeze/contract.ts";
import { textOf } from "../bytes.ts";
import { fieldsOf } from "../cache/asked.ts";
import { ChunkedBody } from "../chunked-body.ts";
import type { Exchange } from "../exchange.ts";
import { seal } from "./sealing.ts";

/** Without letters and digits that people take for each other. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
/** What the origin needs to know of a request besides its address and its body. */
const carried = new Set([
  "accept",
  "accept-language",
  "authorization",
  "content-encoding",
  "content-type",
  "cookie",
  "idempotency-key",
  "origin",
  "referer",
  "user-agent",
  "x-csrf-token",
  "x-requested-with",
]);
/** The path alone stands in the clear, for people who look at the list. */
const pathLengthMax = 200;

const newReceipt = (): string => {
  const letters = [...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]);
  return `F-${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
};

/** Keeps a request whose body is whole, sealed; the receipt, or undefined when there is no room for it. */
export function keepForm(
  exchange: Exchange,
  of: { site: Site; box: FormBox; formKey: string; now: number },
): string | undefined {
  const { head, bytes, client } = exchange;
  const { site, box, now } = of;
  const target = textOf(bytes, head.pathStart, head.targetEnd);
  const form: SealedForm = {
    method: head.method,
    target,
    host: head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : "",
    proto: client.visitor.origin.proto,
    address: client.visitor.addressOf(head, bytes),
    fields: fieldsOf(head, bytes).flatMap(([name, value]) =>
      carried.has(name.toLowerCase()) ? [[name, value] as [string, string]] : [],
    ),
    body: bodyOf(exchange).toString("base64"),
  };
  const receipt = newReceipt();
  const sealed = seal(of.formKey, Buffer.from(JSON.stringify(form)), receipt);
  const [path = ""] = target.split("?", 1);
  const isKept = box.add(
    {
      receipt,
      service: site.service,
      method: head.method,
      path: path.slice(0, pathLengthMax),
      keptAt: now,
      bytes: sealed.length,
      sealed,
    },
    { count: site.formsCountMax, bytes: site.formsBytesMax },
  );
  return isKept ? receipt : undefined;
}

/** The bytes of the body without the framing of chunks. */
function bodyOf({ body, head, plane }: Exchange): Buffer {
  const whole = Buffer.concat(body.kept ?? []);
  if (!head.chunked) return whole;
  const parts: Buffer[] = [];
  new ChunkedBody(plane.config.limits).scan(whole, 0, whole.length, (from, to) =>
    parts.push(whole.subarray(from, to)),
  );
  return Buffer.concat(parts);
}
