/** What someone carries who waits or is in, as a signed cookie: nobody can make one, and nobody can change one. */
export type Pass = WaitingPass | InPass;
/** Waits since then; times since the epoch. */
export type WaitingPass = { kind: "waiting"; id: string; since: number };
export type InPass = { kind: "in"; id: string; until: number };

/** Bytes of the signature that are sent; 128 bits cannot be guessed. */
const macBytes = 16;
const idPattern = /^[A-Za-z0-9_-]{16}$/;
const numberPattern = /^[a-z0-9]{1,10}$/;
const idBytes = 12;

export const newPassId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(idBytes))).toString("base64url");

const textOf = (pass: Pass): string =>
  pass.kind === "waiting"
    ? `w.${pass.id}.${pass.since.toString(36)}`
    : `i.${pass.id}.${pass.until.toString(36)}`;

function sign(room: string, text: string, key: Uint8Array): Buffer {
  const hasher = new Bun.CryptoHasher("sha256", key);
  hasher.update(`${room}\n${text}`);
  return hasher.digest().subarray(0, macBytes);
}

/** The pass as a cookie's value; it is good for one room only. */
export function sealPass(pass: Pass, room: string, key: Uint8Array): string {
  const text = textOf(pass);
  return `${text}.${sign(room, text, key).toString("base64url")}`;
}

/** Reads a pass; undefined for whatever was not sealed with one of these keys for this room. */
export function openPass(
  value: string,
  room: string,
  keys: readonly Uint8Array[],
): Pass | undefined {
  const [kind, id = "", number = "", mac = "", ...more] = value.split(".");
  if (more.length > 0 || !idPattern.test(id) || !numberPattern.test(number)) return undefined;
  const given = Buffer.from(mac, "base64url");
  if (given.length !== macBytes) return undefined;
  const isRight = (key: Uint8Array): boolean =>
    crypto.timingSafeEqual(given, sign(room, `${kind}.${id}.${number}`, key));
  if (!keys.some(isRight)) return undefined;
  const count = Number.parseInt(number, 36);
  if (!Number.isSafeInteger(count)) return undefined;
  if (kind === "w") return { kind: "waiting", id, since: count };
  return kind === "i" ? { kind: "in", id, until: count } : undefined;
}
