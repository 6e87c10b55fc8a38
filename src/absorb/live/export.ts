import { type Effects, route, type Route } from "#kernel";
import type { Config } from "./config.ts";
import { answersTold } from "./contract/facts.ts";
import { results } from "./contract/queries.ts";
import { notNow, unknownShow } from "./contract/problems.ts";
import { placesOf, type ShowShape } from "./contract/shape.ts";
import { ShowId } from "./contract/show.ts";
import type { AnswerRecord } from "./engine/record.ts";
import { rawAnswersOf } from "./nodes-asked.ts";
import { csvField, csvOf, type Row } from "./csv.ts";
import { runNow } from "./picture.ts";
import { present, showNamed } from "./present.ts";
import { stateOf, stream } from "./show.ts";

/** Answers of single participants as lines; the first has the names. */
export async function* answerLines(
  { dimensions, questions }: ShowShape,
  pages: AsyncIterable<readonly AnswerRecord[]>,
): AsyncGenerator<string> {
  const line = (row: Row): string => `${row.map(csvField).join(",")}\r\n`;
  const head = ["participant", "question", "choice", "right", "milliseconds"];
  yield line([...head, ...dimensions.map(({ id }) => id)]);
  for await (const answers of pages)
    yield answers
      .map(({ index, question, choice, group, latencyMs }) => {
        const { id = "", choices = [], right } = questions[question] ?? {};
        const values = placesOf({ dimensions }, group).map(
          (at, n) => dimensions[n]?.values[at] ?? "",
        );
        const isRight = right === undefined ? "" : String(right === choice);
        return line([index, id, choices[choice] ?? "", isRight, latencyMs, ...values]);
      })
      .join("");
}

/** `GET /api/live.answers?show=…`: who answered what, until that is erased. The log says that somebody took it. */
export const answersRoute: Route = route<Config>("GET", "/api/live.answers", {
  about: "Who answered what in a show that is over, by participants' numbers, as CSV.",
  allow: "admin",
  serve: async (request, fx: Effects<Config>) => {
    const { searchParams } = new URL(request.url, "http://castor");
    const show = ShowId.safeParse(searchParams.get("show"));
    const definition = show.success ? showNamed(fx, show.data) : undefined;
    if (!show.success || definition === undefined) return unknownShow();
    const state = stateOf(fx.view(present), show.data);
    if (state.finishedAt === undefined || state.erasingAt !== undefined)
      return notNow(
        state.finishedAt === undefined
          ? `${show.data} is not over: castor live finish ${show.data}`
          : "Who answered what is erased.",
      );
    const run = runNow(fx, show.data);
    if (run === undefined) return notNow(`The doors of ${show.data} are not open.`);
    await fx.record(stream, [answersTold({ show: show.data, at: fx.now })]);
    const pages = rawAnswersOf(fx, run);
    return new Response(streamOf(answerLines(definition.shape, pages)), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${show.data}-answers.csv"`,
        "cache-control": "no-store",
      },
    });
  },
});

/** Made as fast as whoever reads it takes it. */
function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      const { done, value } = await lines.next();
      if (done) to.close();
      else to.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await lines.return(undefined)),
  });
}

/** `GET /api/live.export?show=…&format=csv|json`: what was published, as a file. */
export const exportRoute: Route = route<Config>("GET", "/api/live.export", {
  about: "The published results of a show as a file: format=csv or format=json.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>) => {
    const { searchParams } = new URL(request.url, "http://castor");
    const show = ShowId.safeParse(searchParams.get("show"));
    if (!show.success || showNamed(fx, show.data) === undefined) return unknownShow();
    const found = await fx.ask(results, { show: show.data });
    const isJson = searchParams.get("format") === "json";
    return new Response(isJson ? JSON.stringify(found) : csvOf(found), {
      headers: {
        "content-type": isJson ? "application/json" : "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${show.data}.${isJson ? "json" : "csv"}"`,
        "cache-control": "no-store",
      },
    });
  },
});
