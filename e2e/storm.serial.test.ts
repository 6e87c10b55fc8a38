import { afterEach, expect, test } from "bun:test";
import { stormNight } from "../bench/kit/pages/storm.ts";
import { endAll } from "./running.ts";

const testMsMax = 90_000;
const night = { services: 200, openAlerts: 500, pending: 20, waitS: 1, stepS: 4 };

afterEach(endAll, testMsMax);

test(
  `a database takes ${night.services} services along: each of five on call is called once; killed with ${night.openAlerts} alerts open, ${night.pending} overdue steps come at once, in order, and nothing again`,
  async () => {
    expect((await stormNight(night)).wrong).toEqual([]);
  },
  testMsMax,
);
