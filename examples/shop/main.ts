import { openShop } from "./shop.ts";

const { PORT = "3000", HOST = "127.0.0.1", INSTANCE = `:${PORT}` } = process.env;
const shop = openShop({ port: Number(PORT), hostname: HOST, instance: INSTANCE });
console.log(`The shop is open at ${shop.url}`);

let closing = false;
async function close(signal: string): Promise<void> {
  if (closing) return;
  closing = true;
  console.log(`${signal}: the shop closes when everyone has been served`);
  await shop.stop();
  process.exit(0);
}
process.on("SIGTERM", () => void close("SIGTERM"));
process.on("SIGINT", () => void close("SIGINT"));
