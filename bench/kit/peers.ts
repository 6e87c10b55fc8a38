/** Thrown by a benchmark whose peer is not installed: a figure without its peer is not published. */
export class PeerMissing extends Error {
  constructor(peer: string, wayOut: string) {
    super(`The peer ${peer} is missing: ${wayOut}`);
  }
}

/** The path of a peer program, or PeerMissing. */
export function needPeer(program: string, wayOut = `apt-get install -y ${program}`): string {
  const path = Bun.which(program, { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` });
  if (!path) throw new PeerMissing(program, wayOut);
  return path;
}
