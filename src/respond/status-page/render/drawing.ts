/** A picture as an SVG of its own, which every place takes as text. */
export type Drawing = { svg: string; width: number; height: number };

const pngBegins = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const headerBytes = 24;
const pixelsMax = 4_096;

/** Of a PNG or an SVG; throws with the reason, for an operator, where it is neither or more than a drawing. */
export function drawn(bytes: Uint8Array): Drawing {
  if (pngBegins.every((each, i) => bytes[i] === each)) return ofPng(bytes);
  const text = new TextDecoder().decode(bytes);
  if (/<svg[\s>]/.test(text)) return ofSvg(text);
  throw new Error("it is neither PNG nor SVG");
}

function ofPng(bytes: Uint8Array): Drawing {
  if (bytes.length < headerBytes) throw new Error("this PNG is cut off");
  // IHDR comes first: width and height, big-endian (PNG, third edition, 11.2.1).
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0 || width > pixelsMax || height > pixelsMax)
    throw new Error(`it has ${width} × ${height} pixels; at most ${pixelsMax} either way`);
  const data = Buffer.from(bytes).toString("base64");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${data}"/></svg>`;
  return { svg, width, height };
}

/** What draws. Whatever else an SVG may hold (scripts, pages, animations, styles from elsewhere) a logo does without. */
const elements = new Set(
  `svg g defs title desc metadata path rect circle ellipse line polyline polygon text tspan use symbol clippath mask
  lineargradient radialgradient stop filter feblend fecolormatrix fecomposite feflood fegaussianblur femerge femergenode
  feoffset style`.split(/\s+/),
);

/**
 * Opened by itself, an SVG is a page that may run what it holds, under the address of the status page. So nothing is taken
 * out of it, which is never done well: what is not known to draw is refused.
 */
function ofSvg(text: string): Drawing {
  const source = text.replaceAll(/<!--[\s\S]*?-->|<\?xml[^>]*\?>/g, "").trim();
  if (/<!|<\?|&(?!amp;|lt;|gt;|quot;|apos;|#)/.test(source))
    throw new Error("this SVG declares entities or instructions; save it as plain SVG");
  for (const [, name = ""] of source.matchAll(/<\/?\s*([^\s/>]+)/g))
    // What drawing programs note for themselves (inkscape:…) browsers pass over.
    if (!elements.has(name.toLowerCase()) && !/^(sodipodi|inkscape|rdf|cc|dc):/.test(name))
      throw new Error(`this SVG holds <${name}>, which draws nothing; save it as plain SVG`);
  // Anywhere: where a tag ends is not for a regular expression to say, since values may hold ">".
  if (/[\s"'/]on[a-z]+\s*=/i.test(source))
    throw new Error("this SVG runs something (on…); save it as plain SVG");
  if (/javascript:|@import|expression\s*\(/i.test(source))
    throw new Error("this SVG runs or loads something; save it as plain SVG");
  if (
    /(href|src)\s*=\s*["']?\s*(?!["'#\s])[^#"'\s]/i.test(source) ||
    /url\(\s*["']?\s*(?!["'#\s])/i.test(source)
  )
    throw new Error("this SVG refers to something elsewhere; put all of it into one file");
  return { svg: source, ...sizeOf(source) };
}

/** For its place on the page; only the ratio matters. */
function sizeOf(source: string): { width: number; height: number } {
  const [head = ""] = /<svg[^>]*>/.exec(source) ?? [];
  const number = (name: string): number =>
    Number(new RegExp(`[\\s"']${name}\\s*=\\s*["']([\\d.]+)(px)?["']`).exec(head)?.[1]);
  const [, , width, height] = (/viewBox\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const found = { width: width ?? number("width"), height: height ?? number("height") };
  if (!(found.width > 0 && found.height > 0))
    throw new Error("this SVG has neither a viewBox nor a size");
  return found;
}
