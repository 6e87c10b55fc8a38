import { runWorker } from "../../absorb/gateway/data-plane/worker.ts";
import { readArguments } from "../arguments.ts";

/** `castor __gateway-worker`: one process of the data plane, as the keeper starts it. */
export async function worker(argv: readonly string[]): Promise<number> {
  const given = await readArguments(argv, {
    data: { type: "text", about: "The data folder." },
    id: { type: "text", about: "The worker's name." },
  });
  const code = await runWorker({
    data: given.text("data") ?? ".castor",
    id: given.text("id") ?? "gateway-1",
  });
  process.exit(code);
}
