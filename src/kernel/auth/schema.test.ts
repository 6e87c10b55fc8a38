import { passkey } from "@better-auth/passkey";
import { getMigrations } from "better-auth/db/migration";
import { twoFactor } from "better-auth/plugins/two-factor";
import { expect, test } from "bun:test";
import { openPeopleDatabase } from "./schema.ts";

test("people.db has every table, column and index that the sign-in library asks for", async () => {
  const database = openPeopleDatabase(":memory:");
  const { toBeCreated, toBeAdded, toBeAddedIndexes } = await getMigrations({
    database,
    logger: { disabled: true },
    emailAndPassword: { enabled: true },
    plugins: [twoFactor(), passkey()],
  });
  expect({ toBeCreated, toBeAdded, toBeAddedIndexes }).toEqual({
    toBeCreated: [],
    toBeAdded: [],
    toBeAddedIndexes: [],
  });
  database.close();
});
