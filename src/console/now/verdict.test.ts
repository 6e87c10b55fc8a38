import { expect, test } from "bun:test";
import type { Service, ServiceInstance } from "../live/shapes.ts";
import { instanceTone, instanceWord, verdict } from "./verdict.ts";

const anInstance = (id: string, more: Partial<ServiceInstance> = {}): ServiceInstance => ({
  id,
  state: "running",
  health: "healthy",
  healthSince: 0,
  why: "",
  host: "127.0.0.1",
  port: 1,
  restarts: 0,
  strip: [],
  ...more,
});
const ill = { health: "unhealthy" } as const;
const aShop = (...instances: ServiceInstance[]): Service[] => [
  { id: "shop", kind: "process", since: 0, instances },
];
const calm = { statusClasses: { "2xx": 99.9, "5xx": 0.1 } };

test("all is well when every instance is healthy and answers are no errors", () => {
  expect(verdict(calm, aShop(anInstance("a"), anInstance("b")))).toMatchObject({
    tone: "good",
    title: "All is well",
  });
});

test("one ill instance among others is named and only a warning", () => {
  expect(verdict(calm, aShop(anInstance("a"), anInstance("b", ill)))).toMatchObject({
    tone: "warn",
    title: "b is unhealthy",
  });
});

test("a service without a healthy instance is down, whatever the others do", () => {
  const shop = aShop(anInstance("a", ill));
  const blog = [{ id: "blog", kind: "url" as const, since: 0, instances: [anInstance("c")] }];
  expect(verdict(calm, [...shop, ...blog])).toMatchObject({ tone: "bad", title: "shop is down" });
});

test("what fails from outside is said although every instance is healthy", () => {
  const fails = { probe: "shop-front", why: "no answer within 5000 ms", service: null };
  const outside = (severity: "error" | "warning") =>
    verdict(calm, aShop(anInstance("a")), {
      ...{ probes: 3, unknown: 0, failing: [{ ...fails, severity }] },
    });
  expect(outside("error")).toEqual({
    ...{ tone: "bad", title: "shop-front fails from outside" },
    says: "no answer within 5000 ms · 1 instance of 1 healthy",
  });
  expect(outside("warning").tone).toBe("warn");
  const well = { probes: 3, unknown: 0, failing: [] };
  expect(verdict(calm, aShop(anInstance("a")), well).says).toContain("3 probes from outside");
});

test("errors that visitors see are said although every instance looks healthy", () => {
  const failing = { statusClasses: { "2xx": 90, "5xx": 10 } };
  expect(verdict(failing, aShop(anInstance("a")))).toMatchObject({
    tone: "bad",
    title: "Visitors see errors",
  });
});

test("without traffic there are no errors, and without services there is nothing to judge", () => {
  expect(verdict({ statusClasses: {} }, aShop(anInstance("a"))).tone).toBe("good");
  expect(verdict({ statusClasses: {} }, [])).toMatchObject({
    tone: "none",
    title: "No service yet",
  });
});

test("a crashed instance is ill even while its last check still passes", () => {
  const crashed = { state: "crash-looping", health: "healthy" } as const;
  expect(instanceTone(crashed)).toBe("bad");
  expect(instanceWord(crashed)).toBe("crash looping");
});

test("what nobody has checked yet is neither well nor ill", () => {
  expect(instanceTone({ state: "running", health: "unknown" })).toBe("none");
});
