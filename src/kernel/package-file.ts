/** A file that a package brings along, by its name within: `packageFile("@scope/fonts/files/one.woff")`. */
export const packageFile = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  Bun.file(Bun.resolveSync(name, import.meta.dir)).bytes();
