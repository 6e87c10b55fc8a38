import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { locate } from "../tools/test/prerequisites.ts";
import { freePort, later, until } from "./running.ts";

const program = dirname(Bun.env["CASTOR_DOKUWIKI"] ?? "/usr/share/dokuwiki/doku.php");
const php = Bun.env["CASTOR_PHP"] ?? locate(["php"]);
const folders = "attic cache index locks log media media_attic media_meta meta pages tmp".split(
  " ",
);

/** Why the wiki cannot be run here; undefined when it can. */
export const wikiLacks = (): string | undefined =>
  existsSync(join(program, "doku.php")) && php !== undefined
    ? undefined
    : "lacking: DokuWiki and PHP (apt-get install dokuwiki php-cli)";

export type Wiki = { url: string; paths: string[]; stop: () => Promise<void> };

/** DokuWiki as Debian packs it, on PHP's own server, with pages of the test's. */
export async function startWiki(pageCount: number): Promise<Wiki> {
  const folder = mkdtempSync(join(tmpdir(), "castor-wiki-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  cpSync("/etc/dokuwiki", join(folder, "conf"), { recursive: true, dereference: true });
  for (const each of folders) mkdirSync(join(folder, "data", each), { recursive: true });
  mkdirSync(join(folder, "data/media/wiki"), { recursive: true });
  cpSync(
    join(program, "lib/tpl/dokuwiki/images/logo.png"),
    join(folder, "data/media/wiki/logo.png"),
  );
  const local = `<?php $conf['savedir'] = '${folder}/data'; $conf['useacl'] = 0; $conf['title'] = 'The wiki';`;
  writeFileSync(join(folder, "conf/local.php"), local);
  writeFileSync(join(folder, "before.php"), `<?php define('DOKU_CONF', '${folder}/conf/');`);
  const names = ["start", ...Array.from({ length: pageCount - 1 }, (_, i) => `page${i + 1}`)];
  for (const [i, name] of names.entries()) {
    const text = `====== ${name} ======\n\nSee [[${names[(i + 1) % pageCount]}]] and [[${names[(i * 7) % pageCount]}]].\n\n{{wiki:logo.png?${20 + (i % 5)}}}\n\n  * [[https://elsewhere.example/${i}|elsewhere]]\n\n${"Words of the page. ".repeat(60)}\n`;
    writeFileSync(join(folder, "data/pages", `${name}.txt`), text);
  }
  const port = freePort();
  const child = Bun.spawn(
    [php ?? "php", "-d", `auto_prepend_file=${folder}/before.php`, "-S", `127.0.0.1:${port}`],
    {
      cwd: program,
      env: { ...process.env, PHP_CLI_SERVER_WORKERS: "4" },
      stdout: "ignore",
      stderr: Bun.file(join(folder, "log")),
      detached: true,
    },
  );
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, "SIGKILL");
    await child.exited;
  };
  later(stop);
  const url = `http://127.0.0.1:${port}`;
  await until("the wiki answers", async () => (await fetch(`${url}/doku.php?id=start`)).ok);
  return { url, stop, paths: names.map((name) => `/doku.php?id=${name}`) };
}
