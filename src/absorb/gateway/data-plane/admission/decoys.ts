/** What nobody asks a site for that does not have it, except to find a way in. Small letters. */
export const knownDecoys: readonly string[] = [
  ...["/.env", "/.git/config", "/.git/head", "/.svn/entries", "/.hg/hgrc", "/.ds_store"],
  ...["/.aws/credentials", "/.ssh/id_rsa", "/.htpasswd", "/.npmrc", "/.docker/config.json"],
  ...["/wp-login.php", "/wp-config.php", "/wp-config.php.bak", "/xmlrpc.php", "/wlwmanifest.xml"],
  ...["/phpmyadmin", "/phpmyadmin/index.php", "/pma", "/adminer.php", "/phpinfo.php"],
  ...["/vendor/phpunit/phpunit/src/util/php/eval-stdin.php", "/cgi-bin/luci", "/boaform/admin"],
  ...["/actuator/env", "/actuator/heapdump", "/server-status", "/solr/admin/info/system"],
  ...["/manager/html", "/owa/auth/logon.aspx", "/autodiscover/autodiscover.json"],
];

/** Is the path one of them, at the root or in a folder (`/blog/wp-login.php`)? */
export function isDecoy(path: string, decoys: readonly string[]): boolean {
  const lower = path.toLowerCase().replace(/\/+$/, "");
  return decoys.some((decoy) => lower.endsWith(decoy));
}

const asset =
  /\.(avif|css|gif|ico|jpe?g|js|json|map|mjs|mp4|png|svg|ttf|webmanifest|webp|woff2?)$/i;
/** A page that lost its pictures makes each of its readers ask for many things that are not there. */
export const isAsset = (path: string): boolean => asset.test(path);
