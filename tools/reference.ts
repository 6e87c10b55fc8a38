import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { capabilitiesReference } from "./reference/capabilities.ts";

const root = join(import.meta.dir, "..");

/** `npm run reference`: writes docs/reference from the manifests and schemas. */
await writeFile(join(root, "docs/reference/capabilities.md"), capabilitiesReference());
const config = Bun.spawnSync([process.execPath, join(root, "src/main.ts"), "config", "reference"]);
if (!config.success) throw new Error(config.stderr.toString());
await writeFile(join(root, "docs/reference/configuration.md"), config.stdout);
