import type { RefusedCase } from "./cases.testing.ts";
import { chunks } from "./chunks.testing.ts";
import { lengths } from "./lengths.testing.ts";
import { lines } from "./lines.testing.ts";

export { servedCases } from "./served.testing.ts";
/** What must be refused, and how. */
export const refusedCases: RefusedCase[] = [...lengths, ...lines, ...chunks];
