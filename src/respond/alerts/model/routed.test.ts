import { expect, test } from "bun:test";
import { Config } from "../config.ts";
import { routedOf } from "./routed.ts";

const config = Config.parse({
  route: {
    receiver: "night",
    routes: [
      {
        match: ["service=shop"],
        receiver: "shop",
        routes: [{ match: ["severity=critical"], receiver: "boss" }],
      },
      { match: ['team=~"pay.*"'], receiver: "payments", continue: true },
      { match: ["zone=eu"], receiver: "europe" },
    ],
  },
});
const to = (asked: object): string[] => routedOf({ config }, asked).receivers;

test("where an alert would go is where alerts go", () => {
  expect(to({})).toEqual(["night"]);
  expect(to({ service: "shop", severity: "warning" })).toEqual(["shop"]);
  expect(to({ service: "shop", severity: "critical" })).toEqual(["boss"]);
  expect(to({ labels: { team: "payouts", zone: "eu" } })).toEqual(["payments", "europe"]);
});
