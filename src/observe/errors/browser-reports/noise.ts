import type { Violation } from "./violation.ts";

/** Of extensions, browsers' own pages and apps that show pages: nothing of the site's (Sentry's list, csper.io, DebugBear 2024). */
const schemes =
  /^(?:chrome|moz|safari|safari-web|ms-browser|edge|opera)-extension\b|^(?:webkit-masked-url|user-script|resource|jar|about|chrome|chromenull|chromeinvokeimmediate|mxaddon-pkg|webviewprogressproxy|tmtbff|mbinit|symres|view-source|file|capacitor|gap|safari-resource|ms-appx-web|android-webview|app)(?::|$)|^data:text\/html,chromewebdata/i;
/** Of virus scanners, toolbars, adware and proxies that write into pages. */
const hosts =
  /(?:^|\.)(?:kaspersky-labs\.com|kis\.v2\.scr\.kaspersky-labs\.com|bitdefender\.(?:net|com)|avast\.com|avg\.com|adguard\.(?:com|org)|superfish\.com|metrext\.com|tlscdn\.com|image2play\.com|zilionfast\.in|datafastguru\.info|cdncache\w*\.akamaihd\.net|zscaler(?:two|three)?\.(?:com|net)|passpack\.com|getpocket\.com|ajaxcdn\.org|xpanama\.net|mmadsgadget\.com|promlinkdev\.com|gator\.io|grammarly\.(?:com|io)|translate\.googleapis\.com|translate\.googleusercontent\.com|webcache\.googleusercontent\.com|gstatic\.cn|joinhoney\.com|couponrate\.com|countmake\.cool|nktransmission\.com)$/i;
/** What extensions write into pages by themselves, as far as its beginning tells. */
const samples =
  /^(?:;?\(?function\s*\(?(?:ISOWEEK|a0_0x)|\/\*! ?(?:uBlock|AdGuard)|window\.__AdGuard|var BlockAdBlock)/i;
const local =
  /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[?::1|\[?fe80:|\[?fc)/i;

const hostOf = (url: string | undefined): string => URL.parse(url ?? "")?.hostname ?? "";
const isLocal = (host: string): boolean => host !== "" && local.test(host);

/** Why a report is not about the site, or nothing. What a visitor's own software did is no bug of whoever serves the page. */
export function noiseIn({ blocked, file, page, sample }: Violation): string | undefined {
  if (page !== undefined && !/^https?:/i.test(page)) return "not a page of a site";
  if ([blocked, file].some((each) => each !== undefined && schemes.test(each))) return "extension";
  if ([blocked, file, page].some((each) => hosts.test(hostOf(each)))) return "injected";
  if (sample !== undefined && samples.test(sample)) return "injected";
  const [from, to] = [hostOf(page), hostOf(blocked)];
  const isOnTheWay = isLocal(to) && !isLocal(from) && /^localhost$|^\d|:/.test(to);
  return isOnTheWay ? "a machine of the visitor" : undefined;
}
