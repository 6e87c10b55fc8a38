const folders = ["src", "sim", "tools", "bench", "examples", "e2e"];

/** Every test file of the project, in the order of their paths. */
export async function findTestFiles(root: string): Promise<string[]> {
  const glob = new Bun.Glob(`{${folders.join(",")}}/**/*.test.{ts,tsx}`);
  const files: string[] = [];
  for await (const file of glob.scan({ cwd: root })) {
    if (!file.includes("node_modules/")) files.push(file);
  }
  return files.sort();
}

/** A serial file measures or loads the machine, so it runs alone. */
export const isSerial = (file: string): boolean => /\.serial\.test\.tsx?$/.test(file);
