import type { Capability } from "#kernel";
import { console } from "./platform/console/index.ts";
import { log } from "./platform/log/index.ts";
import { settings } from "./platform/settings/index.ts";

/** The table of contents: every capability that Castor has, earlier groups first. */
export const capabilities: readonly Capability[] = [log, settings, console];
