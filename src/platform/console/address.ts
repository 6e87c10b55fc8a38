/** Where the server listens, and the address people type. */
export function addressOf(listen: string): { hostname: string; port: number; url: string } {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon);
  const port = Number(listen.slice(colon + 1));
  const everywhere = host === "" || host === "0.0.0.0" || host === "[::]";
  const shown = everywhere || host === "127.0.0.1" ? "localhost" : host;
  return {
    hostname: host === "" ? "0.0.0.0" : host.replaceAll(/[[\]]/g, ""),
    port,
    url: `http://${shown}:${port}`,
  };
}
