/** What somebody may do who holds a link: say that it was them, or change and end what they are told. */
export type Purpose = "confirm" | "mine";

const macChars = 27;
const macOf = (key: string, purpose: Purpose, id: string): string =>
  new Bun.CryptoHasher("sha256", key)
    .update(`${purpose}/${id}`)
    .digest("base64url")
    .slice(0, macChars);

export const tokenOf = (key: string, purpose: Purpose, id: string): string =>
  `${id}.${macOf(key, purpose, id)}`;

/** Whose token it is; undefined where nobody's. Compared in constant time. */
export function holderOf(key: string, purpose: Purpose, token: string): string | undefined {
  const [id = "", mac = ""] = token.split(".", 2);
  if (!/^[\w-]{1,60}$/.test(id)) return undefined;
  const right = macOf(key, purpose, id);
  let differs = mac.length ^ right.length;
  for (let at = 0; at < right.length; at++) differs |= mac.charCodeAt(at) ^ right.charCodeAt(at);
  return differs === 0 ? id : undefined;
}

export const linkTo = (address: string, door: "confirm" | "mine" | "stop", token: string): string =>
  `${address.replace(/\/$/, "")}/${door}/${token}`;
