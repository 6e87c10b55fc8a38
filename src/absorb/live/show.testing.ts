import { testCastor, testPorts } from "#kernel/testing";
import { settings } from "../../platform/settings/index.ts";
import { Config, showOf } from "./config.ts";
import { deskCluster } from "./contract.ts";
import { live } from "./index.ts";
import { MemoryNode } from "./node.testing.ts";

const question = { text: "Which one?", choices: ["this", "that"], right: "that", window: "10s" };
/** A configuration with one show. */
export const yaml = {
  shows: {
    final: {
      title: "The final",
      participantsMax: 10_000,
      dimensions: { age: ["young", "old"] },
      questions: { one: question, two: question },
      finalists: 2,
      keepAnswers: "1h",
      keepFinalists: "2h",
      privacy: { epsilonPerQuestion: 0.1, epsilonPerShow: 0.1, delta: 1e-8 },
    },
  },
};
/** A Castor with one show and its node; the process that counts is not started. */
export async function aShow(config: object = yaml) {
  const ports = testPorts();
  const shape = showOf("final", Config.parse(yaml).shows["final"] as never).shape;
  const node = new MemoryNode(ports, shape);
  const equipment = {
    machine: { outpostCommand: (name: string) => ["castor", name], folder: "/" },
    sealer: ports.sealer,
  };
  const castor = await testCastor([live, settings], { ports, equipment, config: { live: config } });
  const desk = (message: unknown): Promise<unknown> =>
    ports.bus.request(deskCluster.name, message, { timeoutMs: 1_000 });
  const play = async (id: string, show = "final"): Promise<void> => {
    await castor.run("live.arm", { show, question: id });
    await castor.run("live.reveal", { show, question: id, in: "1s" });
    await castor.advance(1_000);
  };
  return {
    castor,
    ports,
    node,
    desk,
    play,
    [Symbol.asyncDispose]: () => castor[Symbol.asyncDispose](),
  };
}
