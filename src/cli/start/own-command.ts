import { join } from "node:path";

const root = join(import.meta.dir, "..", "..", "..");

/** How this program starts itself again in another role. */
export const ownCommand: readonly string[] = [process.execPath, join(root, "src", "main.ts")];
/** How a script of this project is started. */
export const ownScript = (path: string): string[] => [process.execPath, join(root, path)];
export const ownFile = (path: string): string => join(root, path);
