/** A client in a process of its own, for e2e/errors-killed.test.ts: sends events one after another over several lines and prints each id that was acknowledged. */
const [url = "", from = "0", count = "100", lines = "16"] = process.argv.slice(2);
let next = Number(from);
const end = next + Number(count);
const idOf = (n: number): string => n.toString(16).padStart(32, "0");
const eventOf = (id: string): string =>
  JSON.stringify({
    event_id: id,
    platform: "node",
    exception: { values: [{ type: "Error", value: "killed in the middle" }] },
  });

async function line(): Promise<void> {
  while (next < end) {
    const id = idOf(next++);
    // What has no answer is sent again, as an SDK with a queue on disk does: it must not count twice.
    for (;;) {
      const answer = await fetch(url, { method: "POST", body: eventOf(id) }).catch(() => undefined);
      if (answer?.status === 200) break;
      // A page of another origin may read why, and SDKs know how long to wait.
      if (answer && !(answer.headers.get("x-sentry-error") && answer.headers.get("retry-after")))
        throw new Error(`${answer.status} without a reason`);
      await Bun.sleep(100);
    }
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all(Array.from({ length: Number(lines) }, line));

// Nothing imports it; this makes it a module.
export {};
