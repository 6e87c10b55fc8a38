// A program of somebody else that breaks, with an unmodified SDK: `crash.mjs node|bun DSN caught|uncaught|message`.
const [runtime, dsn, how] = process.argv.slice(2);
const Sentry = await import(runtime === "bun" ? "@sentry/bun" : "@sentry/node");
Sentry.init({ dsn, release: "shop@1.0.0", environment: "test" });
Sentry.setUser({ id: `${runtime}-user` });

function priceOf(id) {
  const booking = { id };
  return booking.price.cents;
}
function checkout(id) {
  return priceOf(id) + 1;
}

if (how === "uncaught") setTimeout(() => checkout(8812), 10);
else if (how === "message") Sentry.captureMessage("payout 12 is late", "warning");
else
  try {
    checkout(7);
  } catch (error) {
    Sentry.captureException(new Error("could not check out", { cause: error }));
  }
if (how !== "uncaught") await Sentry.flush(5_000);
