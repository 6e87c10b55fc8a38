import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { capabilitiesReference } from "./reference/capabilities.ts";
import { lossesReference } from "./reference/losses.ts";
import { reasonsReference } from "./reference/reasons.ts";

const root = join(import.meta.dir, "..");

/** `npm run reference`: writes docs/reference from the manifests and schemas. */
await writeFile(join(root, "docs/reference/capabilities.md"), capabilitiesReference());
await writeFile(join(root, "docs/reference/approvals.md"), lossesReference());
await writeFile(join(root, "docs/reference/reasons.md"), await reasonsReference(root));
const config = Bun.spawnSync([process.execPath, join(root, "src/main.ts"), "config", "reference"]);
if (!config.success) throw new Error(config.stderr.toString());
await writeFile(join(root, "docs/reference/configuration.md"), config.stdout);
