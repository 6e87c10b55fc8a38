import { later } from "./running.ts";

type Fate = "passes" | "drops the question" | "drops the answer";
const fates: readonly Fate[] = ["drops the answer", "passes", "drops the question"];
/** A stream of answers that lives longer is cut, too. */
const answerMsMax = 700;

/** A line to Castor on which two of three connections break: before the question came through, or before the answer did. */
export function badLine(to: string): { url: string; broken(): number } {
  const { hostname, port } = new URL(to);
  let count = 0;
  let broken = 0;
  type Near = { far?: Promise<Bun.Socket<undefined>>; fate: Fate };
  const server = Bun.listen<Near>({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: {
      open(near) {
        const fate = fates[count++ % fates.length] ?? "passes";
        near.data = { fate };
        if (fate === "passes") setTimeout(() => near.end(), answerMsMax);
      },
      async data(near, bytes) {
        const { fate } = near.data;
        if (fate === "drops the question") {
          broken++;
          near.terminate();
          return;
        }
        near.data.far ??= Bun.connect({
          ...{ hostname, port: Number(port) },
          socket: {
            data(_, answer) {
              if (fate === "passes") near.write(answer);
              else {
                broken++;
                near.terminate();
              }
            },
            close: () => void near.end(),
            error: () => void near.terminate(),
          },
        });
        const far = await near.data.far.catch(() => undefined);
        if (far) far.write(bytes);
        else near.terminate();
      },
      close: (near) => void near.data.far?.then((far) => far.end()).catch(() => undefined),
    },
  });
  later(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}`, broken: () => broken };
}
