import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { ERASED } from "../contract.ts";
import { type Key, KeyStore } from "./keys.ts";
import type { Sealable, Sealer } from "./seal.ts";
import { sensitiveFields } from "./sensitive.ts";

const mark = "castor.sealed.1";
const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Opens the keys of the subjects: a file of their own (keys.db), so that they can be left out of what leaves the machine. */
export function openSealer(of: { path: string; clock: Clock }): Sealer {
  const keys = new KeyStore(of.path, of.clock);
  return {
    seal: (def, event) => {
      const walk = sensitiveFields(def.schema);
      if (!walk) return event;
      const subject = subjectOf(def, event.data);
      const seal = (field: unknown): string =>
        sealedText(keys.of(subject), JSON.stringify(field), of.clock.secret(nonceBytes));
      return { ...event, data: walk(event.data, onlyOnce(seal)) };
    },
    unseal: (def, recorded) => {
      const walk = sensitiveFields(def.schema);
      if (!walk) return recorded;
      const unseal = (field: unknown): unknown =>
        isSealed(field) ? openedText(field, (id) => keys.find(id)) : field;
      const data = walk(recorded.event.data, onlyOnce(unseal));
      return { ...recorded, event: { ...recorded.event, data } };
    },
    erase: (subject) => keys.drop(subject),
    knows: (subject) => keys.has(subject),
    close: () => keys.close(),
  };
}

/** Two options of a union may mark the same field: what was replaced is not replaced again. */
function onlyOnce(replace: (field: unknown) => unknown): (field: unknown) => unknown {
  const replaced = new Set<unknown>();
  return (field) => {
    if (replaced.has(field)) return field;
    const made = replace(field);
    replaced.add(made);
    return made;
  };
}

function subjectOf(def: Sealable, data: unknown): string {
  if (!def.subject)
    throw new TypeError(
      `${def.type} has sensitive fields but names no subject: declare \`subject\` with the event.`,
    );
  const subject = def.subject(data as never);
  if (typeof subject !== "string" || subject === "")
    throw new TypeError(`${def.type} names no subject for this data.`);
  return subject;
}

const isSealed = (field: unknown): field is string =>
  typeof field === "string" && field.startsWith(`${mark}.`);

function sealedText(key: Key, clear: string, nonce: Uint8Array): string {
  const cipher = createCipheriv(algorithm, key.secret, nonce);
  cipher.setAAD(Buffer.from(key.id));
  const sealed = Buffer.concat([nonce, cipher.update(clear, "utf8"), cipher.final()]);
  const tagged = Buffer.concat([sealed, cipher.getAuthTag()]);
  return `${mark}.${key.id}.${tagged.toString("base64url")}`;
}

function openedText(sealed: string, find: (id: string) => Key | undefined): unknown {
  const [id = "", body = ""] = sealed.slice(mark.length + 1).split(".");
  const key = find(id);
  if (!key) return ERASED;
  const bytes = Buffer.from(body, "base64url");
  const cipher = createDecipheriv(algorithm, key.secret, bytes.subarray(0, nonceBytes));
  cipher.setAAD(Buffer.from(id));
  cipher.setAuthTag(bytes.subarray(-tagBytes));
  const clear = cipher.update(bytes.subarray(nonceBytes, -tagBytes));
  return JSON.parse(Buffer.concat([clear, cipher.final()]).toString("utf8"));
}
