import type { Capability } from "#kernel";

/** The table of contents: every capability that Castor has, earlier groups first. */
export const capabilities: readonly Capability[] = [];
