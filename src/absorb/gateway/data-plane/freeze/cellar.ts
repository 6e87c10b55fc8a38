import { join } from "node:path";
import type { Cellar } from "../../../freeze/cellar/contract.ts";
import { openFormBox } from "./form-box.ts";
import { fileObjects } from "./objects.ts";
import { publicKeyOf, unseal } from "./sealing.ts";

export const objectsFolder = (data: string): string => join(data, "frozen", "objects");
export const formsPath = (data: string): string => join(data, "frozen", "forms.db");

/** Where snapshots and kept forms lie on this machine; control and workers open the same. */
export const openCellar = (data: string): Cellar => ({
  objects: fileObjects(objectsFolder(data)),
  progress: new Map(),
  forms: openFormBox(formsPath(data)),
  publicKeyOf,
  unseal,
});
