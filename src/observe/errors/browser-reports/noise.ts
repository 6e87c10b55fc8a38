import { isPublicAddress } from "#kernel";
import type { Violation } from "./violation.ts";

/** Of extensions, browsers' own pages and apps that show pages: nothing of the site's (Sentry's list, csper.io, DebugBear 2024). */
const schemes =
  /^(?:chrome|moz|safari|safari-web|ms-browser|edge|opera)-extension\b|^(?:webkit-masked-url|user-script|resource|jar|about|chrome|chromenull|chromeinvokeimmediate|mxaddon-pkg|webviewprogressproxy|tmtbff|mbinit|symres|view-source|file|capacitor|gap|safari-resource|ms-appx-web|android-webview|app)(?::|$)|^data:text\/html,chromewebdata/i;
/** Of virus scanners, toolbars, adware and proxies that write into pages. */
const hosts =
  /(?:^|\.)(?:kaspersky-labs\.com|bitdefender\.(?:net|com)|avast\.com|avg\.com|adguard\.(?:com|org)|superfish\.com|metrext\.com|tlscdn\.com|image2play\.com|zilionfast\.in|datafastguru\.info|cdncache\w*\.akamaihd\.net|zscaler(?:two|three)?\.(?:com|net)|passpack\.com|getpocket\.com|ajaxcdn\.org|xpanama\.net|mmadsgadget\.com|promlinkdev\.com|gator\.io|grammarly\.(?:com|io)|translate\.googleapis\.com|gstatic\.cn|joinhoney\.com|couponrate\.com|countmake\.cool|nktransmission\.com)$/i;
/** Where others show a site's pages as their own. */
const copies = /^(?:translate|webcache)\.googleusercontent\.com$|\.translate\.goog$/i;
const hostOf = (url: string | undefined): string => URL.parse(url ?? "")?.hostname ?? "";
/** As a URL writes it: digits and dots, or in brackets. */
const address = /^[\d.]+$|^\[.*\]$/;
const isLocal = (host: string): boolean =>
  host === "localhost" || (address.test(host) && !isPublicAddress(host.replaceAll(/[[\]]/g, "")));

/** Why a report is not about the site, or nothing. What a visitor's own software did is no bug of whoever serves the page. */
export function noiseIn({ blocked, file, page }: Violation): string | undefined {
  const [from, to] = [hostOf(page), hostOf(blocked)];
  if ((page !== undefined && !/^https?:/i.test(page)) || copies.test(from))
    return "not a page of the site";
  if ([blocked, file].some((each) => each !== undefined && schemes.test(each))) return "extension";
  if ([to, hostOf(file)].some((host) => host !== from && hosts.test(host))) return "injected";
  return isLocal(to) && !isLocal(from) ? "a machine of the visitor" : undefined;
}
