/** RFC 7301 §3.1: each name has its length before it. */
export function offeredProtocols(list: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < list.length;) {
    const to = at + 1 + (list[at] as number);
    names.push(list.toString("latin1", at + 1, to));
    at = to;
  }
  return names;
}

/** The first of ours that the visitor speaks; undefined refuses the handshake (RFC 7301 §3.2). */
export function chosenProtocol(offered: Buffer, spoken: readonly string[]): string | undefined {
  const names = offeredProtocols(offered);
  return spoken.find((name) => names.includes(name));
}
