import { framesSent } from "./frames.ts";
import { type Json, recordOf, recordsOf, valuesOf } from "./json.ts";

/** An exception as it was sent, and the stack that belongs to it. */
export type ExceptionSent = { sent: Json; stack: unknown };

/** Every exception of an event, the innermost cause first. Where none has a stack, the thread that crashed has the outermost's. */
export function exceptionsSent(event: Json): ExceptionSent[] {
  const bare = recordOf(event["exception"]);
  const values = bare && !("values" in bare) ? [bare] : valuesOf(event["exception"]);
  const all = recordsOf(values).map((sent): ExceptionSent => {
    return { sent, stack: sent["stacktrace"] ?? sent["raw_stacktrace"] };
  });
  const last = all.pop();
  if (!last) return all;
  const hasStack = [...all, last].some(({ stack }) => framesSent(stack).length > 0);
  return [...all, hasStack ? last : { ...last, stack: stackBeside(event, last.sent["thread_id"]) }];
}

/** The stack that stands beside exceptions: of the event, or of the thread that crashed or is named. */
export function stackBeside(event: Json, thread?: unknown): unknown {
  const threads = recordsOf(valuesOf(event["threads"]));
  const crashed =
    threads.find(({ id }) => thread !== undefined && id === thread) ??
    threads.find((each) => each["crashed"] === true) ??
    threads.find((each) => each["current"] === true) ??
    (threads.length === 1 ? threads[0] : undefined);
  return event["stacktrace"] ?? crashed?.["stacktrace"];
}
