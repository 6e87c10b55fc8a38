import { expect, test } from "bun:test";
import { allowingBanner, bannerStyle, bannerStyleHash } from "../../../freeze/banner/contract.ts";
import { agoOf, bannerHtml } from "./banner.ts";

const minute = 60_000;
const at = Date.parse("2026-11-22T14:05:10Z");
const banner = { language: "auto", zone: "Europe/Paris" } as const;

test("the line tells when and how long ago, on the site's clock and in the page's language", () => {
  const english = bannerHtml({ fetchedAt: at, language: "en-US" }, banner, at + 12 * minute);
  expect(english).toContain(
    'You are reading a copy from <time datetime="2026-11-22T14:05:10.000Z">15:05</time>, 12 minutes ago.',
  );
  const french = bannerHtml({ fetchedAt: at, language: "fr" }, banner, at + 12 * minute);
  expect(french).toContain("Vous lisez une copie de");
  expect(french).toContain("il y a 12 minutes");
  expect(french).toMatch(/^[\x20-\x7e]*$/);
  const old = bannerHtml({ fetchedAt: at, language: "" }, banner, at + 50 * 60 * minute);
  expect(old).toContain(">22 November at 15:05</time>, 2 days ago");
  expect(
    bannerHtml({ fetchedAt: at, language: "" }, { ...banner, lead: "<b>Shop</b>" }, at),
  ).toContain("&#60;b&#62;Shop");
  expect(agoOf(59_000, "en")).toBe("less than a minute ago");
  expect(agoOf(61 * minute, "en")).toBe("1 hour ago");
});

test("the style of the line is one text, whose hash a page's policy takes in where it must", () => {
  const hash = new Bun.CryptoHasher("sha256").update(bannerStyle).digest("base64");
  expect(bannerStyleHash).toBe(`'sha256-${hash}'`);
  expect(bannerHtml({ fetchedAt: at, language: "" }, banner, at)).toContain(
    `<style>${bannerStyle}</style>`,
  );
  expect(allowingBanner("script-src 'self'")).toBe("script-src 'self'");
  expect(allowingBanner("style-src 'self' 'unsafe-inline'")).toBe(
    "style-src 'self' 'unsafe-inline'",
  );
  expect(allowingBanner("default-src 'self'; style-src 'none'; img-src *")).toBe(
    `default-src 'self'; style-src ${bannerStyleHash}; img-src *`,
  );
  expect(allowingBanner("default-src 'self'")).toBe(
    `default-src 'self'; style-src-elem 'self' ${bannerStyleHash}`,
  );
  expect(allowingBanner("style-src 'nonce-abc' 'unsafe-inline'")).toBe(
    `style-src 'nonce-abc' 'unsafe-inline' ${bannerStyleHash}`,
  );
});
