import type { Outpost } from "#kernel";
import { deskCluster, PublishedAnswer, type Run } from "../contract/orders.ts";
import type { Published, QuestionResult } from "../contract/queries.ts";
import { csvOf } from "../csv.ts";
import { type Asset, assetNow } from "../pages/pages.ts";
import { resultOf } from "../results.ts";
import { json, type Said } from "./http.ts";

const answerWithinMs = 5_000;
/** More numbers than this are no page's: who wants them has them from the organiser. */
const numbersMax = 1_000_000;

const tooMany = json(413, { error: "These are too many numbers for here: ask the organiser." });
const noSuchPage = json(404, { error: "There is no such page." });

/**
 * What was published of a run, to look at and to take along. Asked of control once for each question, since it never changes, and
 * told while control is away; each form is made once for each publication, since the same process counts.
 */
export class PublishedHere {
  private readonly known = new Map<number, Published>();
  private readonly hall: { readonly run: Run };
  private readonly bus: Pick<Outpost["bus"], "request">;
  private asking: Promise<void> | undefined;
  private made = { of: 0, forms: new Map<string, Asset>() };

  constructor(hall: { readonly run: Run }, bus: Pick<Outpost["bus"], "request">) {
    this.hall = hall;
    this.bus = bus;
  }

  /** The answer to `GET /live/<run>/results…`. Throws while control, which alone knows, is away. */
  async at(rest: string): Promise<Said> {
    if (!Object.hasOwn(forms, rest)) return noSuchPage;
    const { run } = this.hall;
    if (this.known.size < (run.published ?? 0)) {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      await this.asking;
    }
    const numbers = [...this.known.values()].reduce(
      (sum, { tables }) => sum + tables.reduce((all, { cells }) => all + cells.length, 0),
      0,
    );
    if (numbers > numbersMax) return tooMany;
    if (this.made.of !== this.known.size) this.made = { of: this.known.size, forms: new Map() };
    // Another publication may come while this one is made.
    const { made } = this;
    const form = made.forms.get(rest) ?? (await forms[rest]?.(this.hall.run, this.results()));
    if (form === undefined) return noSuchPage;
    made.forms.set(rest, form);
    return { status: 200, ...form };
  }

  /** In the show's order. */
  private results(): QuestionResult[] {
    const { run } = this.hall;
    return run.shape.questions.flatMap(({ id }, place) => {
      const published = this.known.get(place);
      return (published && resultOf(run.shape, id, published)) ?? [];
    });
  }

  private async ask(): Promise<void> {
    const { run } = this.hall;
    for (const [question, { state }] of run.questions.entries()) {
      if (state !== "closed" || this.known.has(question)) continue;
      const request = { do: "published", run: run.run, question };
      const said = await this.bus.request(deskCluster.name, request, { timeoutMs: answerWithinMs });
      const published = PublishedAnswer.parse(said);
      if (published) this.known.set(question, published);
    }
  }
}

const dimensionsOf = ({ shape }: Run): string[] => shape.dimensions.map(({ id }) => id);

/** A file to take along. */
function saved({ run }: Run, ending: string, asset: Asset): Asset {
  const disposition = `attachment; filename="${run}.${ending}"`;
  return { ...asset, headers: { ...asset.headers, "content-disposition": disposition } };
}

/** By the end of the address. */
const forms: Readonly<
  Record<string, (run: Run, questions: QuestionResult[]) => Promise<Asset> | Asset>
> = {
  "/results": async (run, questions) => {
    const { resultsPage } = await import("../pages/results/page.ts");
    const { title, countries, shape } = run;
    const told = { title, countries, questions };
    const page = resultsPage({ ...told, asked: shape.questions.length });
    return assetNow("text/html; charset=utf-8", page);
  },
  "/results.csv": (run, questions) => {
    const csv = csvOf({ dimensions: dimensionsOf(run), questions });
    return saved(run, "csv", assetNow("text/csv; charset=utf-8", csv));
  },
  "/results.json": (run, questions) => {
    const told = { show: run.run, title: run.title, dimensions: dimensionsOf(run), questions };
    return saved(run, "json", assetNow("application/json", JSON.stringify(told)));
  },
};
