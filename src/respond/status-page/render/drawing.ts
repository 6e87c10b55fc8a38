/** A picture as an SVG of its own, which every place takes as text. */
export type Drawing = { svg: string; width: number; height: number };

const pngBegins = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const headerBytes = 24;
const pixelsMax = 4_096;

/** Of a PNG or an SVG; throws with the reason, for an operator, where it is neither or more than a drawing. */
export function drawn(bytes: Uint8Array): Drawing {
  if (pngBegins.every((each, i) => bytes[i] === each)) return ofPng(bytes);
  const text = new TextDecoder().decode(bytes);
  if (/<svg[\s>]/.test(text)) return around("image/svg+xml", bytes, sizeOf(text));
  throw new Error("it is neither PNG nor SVG");
}

/**
 * Opened by itself, an SVG is a page that runs what it holds, under the address of the status page; as an image within another
 * it runs nothing and loads nothing, whatever it holds (SVG 2, 2.2.6: secure animated mode). So nobody has to know what may
 * stand in one.
 */
function around(type: string, bytes: Uint8Array, size: Omit<Drawing, "svg">): Drawing {
  const { width, height } = size;
  const data = Buffer.from(bytes).toString("base64");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:${type};base64,${data}"/></svg>`;
  return { svg, width, height };
}

function ofPng(bytes: Uint8Array): Drawing {
  if (bytes.length < headerBytes) throw new Error("this PNG is cut off");
  // IHDR comes first: width and height, big-endian (PNG, third edition, 11.2.1).
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0 || width > pixelsMax || height > pixelsMax)
    throw new Error(`it has ${width} × ${height} pixels; at most ${pixelsMax} either way`);
  return around("image/png", bytes, { width, height });
}

/** For its place on the page; only the ratio matters. */
function sizeOf(text: string): { width: number; height: number } {
  const source = text.replaceAll(/<!--[\s\S]*?-->/g, "");
  // As a file of its own it is XML, and without a namespace no drawing.
  if (!/\sxmlns[:=\s]/.test(source))
    throw new Error('this SVG lacks xmlns="http://www.w3.org/2000/svg"');
  const [head = ""] = /<svg[^>]*>/.exec(source) ?? [];
  const number = (name: string): number =>
    Number(new RegExp(`[\\s"']${name}\\s*=\\s*["']([\\d.]+)(px)?["']`).exec(head)?.[1]);
  const [, , width, height] = (/viewBox\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const found = { width: width ?? number("width"), height: height ?? number("height") };
  const isSize = (length: number): boolean => length > 0 && Number.isFinite(length);
  if (!isSize(found.width) || !isSize(found.height))
    throw new Error("this SVG has neither a viewBox nor a size");
  return found;
}
