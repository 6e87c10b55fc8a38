import { answer, capability, type Capability } from "#kernel";
import * as z from "zod";
import { targets } from "../../run/catalog/contract.ts";

/** A catalog that knows one service with one instance. */
export const catalogOf = (service: string, healthy: boolean): Capability =>
  capability({
    id: "catalog",
    about: "One service with one instance.",
    config: z.object({}),
    answers: [
      answer(targets, () => [
        {
          service,
          instances: [{ id: `${service}-1`, host: "10.0.0.1", port: 80, healthy, running: true }],
        },
      ]),
    ],
  });
