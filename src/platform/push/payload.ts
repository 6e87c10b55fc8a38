import type { Note, Payload } from "./contract.ts";

/** RFC 8291 §4: 4,096 bytes for the encrypted body; 86 of them are its head, 17 its end. */
const payloadBytesMax = 3_993;
const titleCharsMax = 200;

const steering = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;
const plain = (text: string): string =>
  text
    .toWellFormed()
    .split("\n")
    .map((line) => line.replace(steering, " ").trimEnd())
    .join("\n");

const cut = (text: string, charsMax: number): string => {
  const chars = [...text];
  return chars.length <= charsMax ? text : `${chars.slice(0, Math.max(0, charsMax - 1)).join("")}…`;
};

/** As JSON, its words cut until it fits into one message. */
export function payloadOf(note: Note, of: { device: string; receipt: string }): string {
  const { id, url, thread, urgency, actions, isSilent, isCanary } = note;
  const whole = (body: string): string => {
    const payload: Payload = {
      ...{ id, title: cut(plain(note.title), titleCharsMax), body, urgency, actions },
      ...(url === undefined ? {} : { url }),
      ...(thread === undefined ? {} : { thread }),
      ...(isSilent ? { isSilent } : {}),
      ...(isCanary ? { isCanary } : {}),
      ...of,
    };
    return JSON.stringify(payload);
  };
  const body = plain(note.body);
  let chars = [...body].length;
  for (;;) {
    const text = whole(cut(body, chars));
    const over = Buffer.byteLength(text) - payloadBytesMax;
    if (over <= 0 || chars === 0) return text;
    // A character takes twelve bytes at most, when it is written as two escapes.
    chars = Math.max(0, chars - Math.max(1, Math.ceil(over / 12)));
  }
}
