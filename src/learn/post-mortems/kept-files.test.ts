import { httpApi, testAuth } from "#kernel/testing";
import { isRefusal, ownStore } from "#kernel";
import { expect, test } from "bun:test";
import { keptFiles } from "./kept-files.ts";
import { imported, list, notGenuine, type PostMortem } from "./contract.ts";
import { packed } from "./document.ts";
import { folderOf } from "./export/folder.ts";
import { readdressed } from "./pictures.ts";
import { minuteMs, night } from "./world.testing.ts";

const png = (last: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, last]);
const hashOf = (body: Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(body).digest("hex");

/** A Castor that takes folders in, and post-mortems of another one, each with its pictures. */
async function taker() {
  const world = await night();
  const { castor, act } = world;
  await world.incident();
  const pm = await world.whole();
  const api = httpApi({ castor: castor.castor, auth: testAuth({ clock: castor.clock }) });
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: "Bearer operator" };
    const asked = api(new Request(`http://castor/api/${path}`, { ...init, headers }), "127.0.0.1");
    await castor.advance(10);
    return await asked;
  };
  const upload = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
    ask("post-mortems.file", { method: "POST", body });
  const shown = async (body: Uint8Array): Promise<number> =>
    (await ask(`post-mortems.picture/${hashOf(body)}.png`)).status;
  const showing = (title: string, pictures: readonly Uint8Array[]): PostMortem => {
    const text = pictures.map((each) => `![](/api/incidents.picture/${hashOf(each)}.png)`).join("");
    return { ...pm, title, sections: pm.sections.map((each) => ({ ...each, text })) };
  };
  const take = async (title: string, pictures: readonly Uint8Array[]) => {
    const chain = { epoch: "another", head: { position: 9, hash: "h" } };
    const { files } = folderOf(showing(title, pictures), { chain, now: 0 });
    const sent = pictures.map((each) => ({
      ...{ path: `pictures/${hashOf(each)}.png`, sha256: hashOf(each) },
    }));
    return await act("import", { files: [...files, ...sent] });
  };
  return { ...world, upload, shown, showing, take };
}
const nameOf = (taken: unknown): string => (taken as { postMortem: string }).postMortem;

test("with an imported post-mortem go its own pictures alone: neither another one's nor what another folder waits with", async () => {
  const { castor, upload, shown, take } = await taker();
  await using _ = castor;
  const [own, both, waiting] = [png(1), png(2), png(3)];
  for (const each of [own, both, waiting]) expect((await upload(each)).status).toBe(200);
  const first = nameOf(await take("First", [own, both]));
  await take("Second", [both]);
  expect([await shown(own), await shown(both), await shown(waiting)]).toEqual([200, 200, 404]);
  await castor.act("privacy.erase", { subject: first });
  await castor.advance(1_000);
  expect([await shown(own), await shown(both)]).toEqual([404, 200]);
  expect(nameOf(await take("Third", [waiting]))).toStartWith("pm-x");
  expect(await shown(waiting)).toBe(200);
});

test("a file waits an hour for its folder, also where nobody sends another one; a picture stays", async () => {
  const { castor, as, upload, shown, take } = await taker();
  await using _ = castor;
  const [late, kept] = [png(1), png(2)];
  await upload(late);
  await upload(kept);
  await take("First", [kept]);
  await castor.advance(61 * minuteMs);
  const refused = await take("Second", [late]);
  expect(isRefusal(refused) && [refused.problem.type, refused.detail]).toEqual([
    notGenuine.type,
    expect.stringContaining("longer than an hour ago"),
  ]);
  await castor.advance(30 * minuteMs);
  const left = ownStore(as("post-mortems"), keptFiles).tables.all("SELECT hash FROM files");
  expect(left).toEqual([{ hash: hashOf(kept) }]);
  expect(await shown(kept)).toBe(200);
  expect(nameOf(await take("Third", [kept]))).toStartWith("pm-x");
});

test("pictures of an import that a crash cut off are kept by its fact", async () => {
  const { castor, as, upload, shown, showing } = await taker();
  await using _ = castor;
  const picture = png(1);
  await upload(picture);
  const document = packed(readdressed(JSON.stringify(showing("Cut off", [picture]))));
  const of = { postMortem: "pm-x1", manifest: "m", epoch: "another", title: "Cut off", document };
  await as("post-mortems").record("pm-x1", [imported({ ...of, pictures: [hashOf(picture)] })]);
  await castor.advance(1_000);
  expect(await shown(picture)).toBe(200);
  const { postMortems } = await castor.ask(list, list.input.parse({ text: "Cut" }));
  expect(postMortems).toMatchObject([{ state: "imported" }]);
});
