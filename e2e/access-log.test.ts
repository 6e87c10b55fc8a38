import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allServe, endAll, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";

const timeoutMs = 60_000;
afterEach(endAll, timeoutMs);

test(
  "every request is in the access log of its worker, and the command line follows all of them",
  async () => {
    const castor = await startCastor({ config: siteConfig({}, { accessLog: {} }) });
    await allServe(castor, 2);
    const root = join(import.meta.dir, "..");
    const follow = Bun.spawn(
      [
        ...["node", join(root, "bin/castor.cjs"), "gateway", "access-log", "--follow"],
        ...["--data", castor.data],
      ],
      { cwd: castor.folder, stdout: "pipe", env: { ...process.env, CASTOR_BUN: process.execPath } },
    );
    let printed = "";
    void (async () => {
      for await (const chunk of follow.stdout) printed += new TextDecoder().decode(chunk);
    })();
    const asked = Array.from({ length: 40 }, (_, i) => `/page-${i}?token=hidden`);
    for (const path of asked) {
      const answer = await fetch(castor.gateway + path, { headers: { connection: "close" } });
      expect(await answer.text()).toContain("token=hidden");
    }
    const targets = (text: string): string[] =>
      text
        .split("\n")
        .filter((line) => line.includes("/page-"))
        .map((line) => (JSON.parse(line) as { target: string }).target);
    await until(
      "the command has shown all of them",
      () => targets(printed).length === asked.length,
    );
    follow.kill();
    expect(await castor.stop()).toBe(0);
    const logs = readdirSync(join(castor.data, "logs")).filter((each) =>
      each.startsWith("access-"),
    );
    expect(logs.toSorted()).toEqual(["access-gateway-1.log", "access-gateway-2.log"]);
    const written = logs.flatMap((each) =>
      targets(readFileSync(join(castor.data, "logs", each), "utf8")),
    );
    const wanted = asked.map((path) => path.replace("hidden", "***")).toSorted();
    expect(written.toSorted()).toEqual(wanted);
    expect(targets(printed).toSorted()).toEqual(wanted);
  },
  timeoutMs,
);
