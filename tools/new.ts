import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parsePlace, type Place, sliceFiles } from "./new/slice.ts";
import { withCapability, withModule } from "./new/register.ts";

const root = join(import.meta.dir, "..");

/** `npm run new respond/silences`: writes a slice that passes every check, and registers it. */
async function main(argument: string | undefined): Promise<number> {
  const place = argument === undefined ? undefined : parsePlace(argument);
  if (!place) {
    console.error(
      "Say which: npm run new <platform|run|absorb|observe|respond|learn>/<plural-noun>, for example respond/silences.",
    );
    return 2;
  }
  if (existsSync(join(root, "src", place.group, place.id))) {
    console.error(`src/${place.group}/${place.id} is there already.`);
    return 1;
  }
  const files = sliceFiles(place);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await register(place);
  Bun.spawnSync([process.execPath, "fmt", "--no-script", ...Object.keys(files), "src/castor.ts"], {
    cwd: root,
  });
  Bun.spawnSync([process.execPath, "tools/reference.ts"], { cwd: root });
  console.log(
    `Wrote ${Object.keys(files).length} files:\n${Object.keys(files)
      .map((path) => `  ${path}`)
      .join("\n")}`,
  );
  console.log(
    `Registered in src/castor.ts and ARCHITECTURE.md. Next: npm run check && node bin/castor.cjs --tool test src/${place.group}/${place.id}`,
  );
  return 0;
}

async function register(place: Place): Promise<void> {
  for (const [path, change] of [
    ["src/castor.ts", withCapability],
    ["ARCHITECTURE.md", withModule],
  ] as const) {
    const file = join(root, path);
    await writeFile(file, change(await Bun.file(file).text(), place));
  }
}

process.exit(await main(process.argv[2]));
