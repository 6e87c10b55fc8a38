import { capability, command, type Decide, due, event, on, problem, view } from "#kernel";
import * as z from "zod";

/**
 * What the simulated customers use: orders that the bank must confirm (a reaction that may fail) and that expire when nobody
 * pays in time (a deadline). It has no meaning of its own; it is there because every promise of the kernel shows in it.
 */
const Order = z.object({ order: z.string(), expiresAt: z.number() });
export const placed = event("orders.placed", Order, { says: (d) => `Order ${d.order} was placed` });
export const confirmed = event("orders.confirmed", z.object({ order: z.string() }), {
  says: (d) => `Order ${d.order} was confirmed`,
});
export const paid = event("orders.paid", z.object({ order: z.string() }), {
  says: (d) => `Order ${d.order} was paid`,
});
export const expired = event("orders.expired", z.object({ order: z.string() }), {
  says: (d) => `Order ${d.order} expired`,
});
export const tooLate = problem("orders.too-late", 409, "The order is closed");

type OrderEvent =
  | ReturnType<typeof placed>
  | ReturnType<typeof confirmed>
  | ReturnType<typeof paid>
  | ReturnType<typeof expired>;
export type Phase = "none" | "open" | "paid" | "expired";
const order = {
  initial: { phase: "none" as Phase, confirmed: false },
  evolve: (
    state: { phase: Phase; confirmed: boolean },
    { type }: OrderEvent,
  ): { phase: Phase; confirmed: boolean } => {
    if (type === "orders.placed") return { ...state, phase: "open" };
    if (type === "orders.paid") return { ...state, phase: "paid" };
    if (type === "orders.expired") return { ...state, phase: "expired" };
    return { ...state, confirmed: true };
  },
};
type State = typeof order.initial;
type Name = { order: string };

const place: Decide<Name & { withinMs: number }, State, OrderEvent> = (input, state, facts) =>
  state.phase === "none"
    ? [placed({ order: input.order, expiresAt: facts.now + input.withinMs })]
    : [];
const pay: Decide<Name, State, OrderEvent> = (input, state) =>
  state.phase === "open"
    ? [paid(input)]
    : state.phase === "paid"
      ? []
      : tooLate(`Order ${input.order} is ${state.phase}.`);
const expire: Decide<Name, State, OrderEvent> = (input, state) =>
  state.phase === "open" ? [expired(input)] : [];
const confirm: Decide<Name, State, OrderEvent> = (input, state) =>
  state.confirmed ? [] : [confirmed(input)];

const Named = z.object({ order: z.string() });
const about = { model: order, key: (input: Name) => input.order, input: Named };
const expireCommand = command("orders.expire", {
  about: "Lets an order expire.",
  ...about,
  decide: expire,
});
const confirmCommand = command("orders.confirm", {
  about: "Confirms an order.",
  ...about,
  decide: confirm,
});

export const openOrders = view<
  Record<string, number>,
  typeof placed | typeof paid | typeof expired
>("orders.open", {
  from: [placed, paid, expired],
  empty: () => ({}),
  apply: (open, { event: { type, data } }) => {
    if (type === "orders.placed") return { ...open, [data.order]: data.expiresAt };
    const { [data.order]: _, ...rest } = open;
    return rest;
  },
});

/** A bank that sometimes does not answer. */
export type Bank = { ask(order: string): void };

export const orders = capability({
  id: "orders",
  about: "Orders, for the simulation.",
  config: z.object({}).strict(),
  emits: [placed, confirmed, paid, expired],
  refuses: [tooLate],
  views: [openOrders],
  commands: [
    command("orders.place", {
      about: "Places an order.",
      ...about,
      input: Named.extend({ withinMs: z.number() }),
      decide: place,
    }),
    command("orders.pay", { about: "Pays an order.", ...about, decide: pay }),
    expireCommand,
    confirmCommand,
  ],
  reactions: [
    due(
      "orders.time-out",
      placed,
      ({ event: { data } }) => data.expiresAt,
      async ({ event: { data } }, fx) => {
        await fx.run(expireCommand, { order: data.order });
      },
    ),
    on("orders.ask-bank", placed, async ({ event: { data } }, fx) => {
      fx.equipment<Bank>("bank").ask(data.order);
      await fx.run(confirmCommand, { order: data.order });
    }),
  ],
});
