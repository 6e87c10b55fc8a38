/**
 * The peers' front: an HTTP server that counts one answer a request in a store behind it, as the talk did. Arguments: port,
 * kind, store's port. `memcached`: add (who answered) then incr; `redis`: one Lua script that does both.
 */
const [port = "0", kind = "memcached", store = "0"] = process.argv.slice(2);

/** Memcached's text protocol, pipelined: one write for all that came in a turn. */
async function memcached(): Promise<(index: string, choice: string) => Promise<string>> {
  const waiting: ((line: string) => void)[] = [];
  let out = "";
  let rest = "";
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: Number(store) },
    socket: {
      data(_, bytes) {
        const lines = (rest + bytes.toString()).split("\r\n");
        rest = lines.pop() ?? "";
        for (const line of lines) waiting.shift()?.(line);
      },
    },
  });
  const ask = (text: string): Promise<string> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (out === "")
        setImmediate(() => {
          socket.write(out);
          out = "";
        });
      out += text;
    });
  for (let choice = 0; choice < 4; choice++) await ask(`set c${choice} 0 0 1\r\n0\r\n`);
  return async (index, choice) => {
    const added = await ask(`add u${index} 0 0 1\r\n${choice}\r\n`);
    return added === "STORED" ? await ask(`incr c${choice} 1\r\n`) : "again";
  };
}

async function redis(): Promise<(index: string, choice: string) => Promise<string>> {
  const client = new Bun.RedisClient(`redis://127.0.0.1:${store}`);
  const script = `if redis.call('SETBIT', KEYS[1], ARGV[1], 1) == 0 then redis.call('HINCRBY', KEYS[2], ARGV[2], 1) return 1 end return 0`;
  const sha = String(await client.send("SCRIPT", ["LOAD", script]));
  return async (index, choice) =>
    String(await client.send("EVALSHA", [sha, "2", "seen", "counts", index, choice]));
}

const count = await (kind === "memcached" ? memcached() : redis());
Bun.serve({
  // Its clients stand still while others are measured.
  ...{ hostname: "127.0.0.1", port: Number(port), idleTimeout: 255 },
  async fetch(request) {
    const at = request.url.indexOf("?u=") + 3;
    const next = request.url.indexOf("&c=", at);
    return new Response(await count(request.url.slice(at, next), request.url.slice(next + 3)));
  },
});

// Nothing imports it; this makes it a module.
export {};
