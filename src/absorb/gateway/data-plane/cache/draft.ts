import type { Lane } from "../lanes.ts";
import type { ResponseHead } from "../response-head.ts";
import { reasonPhraseOf } from "./asked.ts";
import type { Fields } from "./fields.ts";
import { fieldsToStore, Stored } from "./stored.ts";
import type { Terms } from "./terms.ts";
import { selectorsOf, variesOn } from "./vary.ts";

/** An answer whose head has come and that may be kept. */
export type Answer = {
  key: string;
  request: Fields;
  head: ResponseHead;
  bytes: Buffer;
  fields: Fields;
  terms: Terms;
};

/** What will be stored once its body has come. */
export function draftOf(of: Answer, { service, compression }: Lane): Stored {
  const { key, head, terms } = of;
  const names = variesOn(of.fields);
  const fields = fieldsToStore(of.fields, terms);
  const draft = new Stored({
    key,
    service: service.id,
    status: head.status,
    reason: reasonPhraseOf(head, of.bytes),
    fields: compression === undefined ? fields : compression.keptFields(fields, head),
    selectors: names === "everything" ? [] : selectorsOf(names, of.request),
    terms,
    body: Buffer.alloc(0),
  });
  draft.expectedBytes = head.chunked ? -1 : head.contentLength;
  return draft;
}
