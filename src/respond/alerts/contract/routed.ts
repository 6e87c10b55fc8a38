import { query } from "#kernel/contract";
import * as z from "zod";

/** To whom an alert with these labels would be told; the first receiver is the one whose policy calls people. */
export const routed = query(
  "alerts.routed",
  z.object({
    service: z.string().max(200).optional().describe("The label `service`."),
    severity: z.string().max(50).optional().describe("The label `severity`."),
    labels: z.record(z.string(), z.string()).optional().describe("Further labels."),
  }),
  z.object({ receivers: z.array(z.string()) }),
  { about: "To which receivers an alert with these labels would go." },
);
