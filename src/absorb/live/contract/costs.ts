import * as z from "zod";

const micros = z.number().min(0.01).max(1e6);
const kilobytes = z.number().min(0.1).max(10_000);

/** What a machine takes for a show, where it was measured: `castor live plan NAME --measure` tells. */
export const PlanCosts = z
  .object({
    answerUs: micros
      .optional()
      .describe("Processor time of one answer in µs; measured when a node warms up."),
    plainConnectUs: micros
      .optional()
      .describe("Processor time of one connection without TLS, hello and welcome, in µs."),
    handshakeUs: micros
      .optional()
      .describe("Processor time of a full TLS handshake and its first request, in µs."),
    sendUs: micros
      .optional()
      .describe("Processor time to tell one of many clients something, in µs."),
    connectionKb: kilobytes
      .optional()
      .describe("Memory of an idle connection in kB, with the kernel's buffers."),
    tlsKb: kilobytes.optional().describe("What TLS adds to it, in kB."),
  })
  .strict();
export type PlanCosts = z.infer<typeof PlanCosts>;
