import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locate } from "../tools/test/prerequisites.ts";
import { freePort, later, until } from "./running.ts";

const program = Bun.env["CASTOR_NGINX"] ?? locate(["nginx", "/usr/sbin/nginx"]);

/** Why nginx cannot be run here; undefined when it can. */
export const nginxLacks = (): string | undefined =>
  program === undefined ? "lacking: nginx (apt-get install nginx-light)" : undefined;

/** Serves a folder as any web server would: its types by extension, index.html, 404.html. */
export async function serveWithNginx(folder: string): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "castor-nginx-"));
  const port = freePort();
  writeFileSync(
    join(place, "nginx.conf"),
    `daemon off; master_process off; pid ${place}/pid; error_log ${place}/error.log; events {}
http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
  client_body_temp_path ${place}/b; proxy_temp_path ${place}/p; fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
  server { listen 127.0.0.1:${port}; root ${folder}; error_page 404 /404.html; } }`,
  );
  const child = Bun.spawn(
    [program ?? "nginx", "-c", join(place, "nginx.conf"), "-e", join(place, "error.log")],
    {
      stdout: "ignore",
      stderr: "ignore",
    },
  );
  later(async () => {
    child.kill("SIGKILL");
    await child.exited;
    rmSync(place, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until("nginx answers", async () => (await fetch(url)).status > 0);
  return url;
}
