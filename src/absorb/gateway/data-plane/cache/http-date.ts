const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(${months.join("|")})`;
const clock = String.raw`(\d\d):(\d\d):(\d\d)`;
const preferred = new RegExp(
  String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ${month} (\d{4}) ${clock} GMT$`,
);
const rfc850 = new RegExp(
  String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-${month}-(\d\d) ${clock} GMT$`,
);
const asctime = new RegExp(
  String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} ([ \d]\d) ${clock} (\d{4})$`,
);

/** RFC 9110 §5.6.7: the three forms and nothing else, in milliseconds since the epoch; undefined when it is none. */
export function httpDate(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const modern = preferred.exec(text);
  if (modern !== null) return time(modern[3], modern[2], modern[1], modern.slice(4));
  const short = rfc850.exec(text);
  if (short !== null)
    return time(yearOf(Number(short[3]), now), short[2], short[1], short.slice(4));
  const ansi = asctime.exec(text);
  return ansi === null ? undefined : time(ansi[6], ansi[1], ansi[2]?.trim(), ansi.slice(3, 6));
}

/** A year of two digits that would lie more than fifty years ahead is one of the past century. */
function yearOf(short: number, now: number): number {
  const present = new Date(now).getUTCFullYear();
  const guess = Math.floor(present / 100) * 100 + short;
  return guess > present + 50 ? guess - 100 : guess;
}

function time(
  year: string | number | undefined,
  monthName: string | undefined,
  day: string | undefined,
  [hour, minute, second]: readonly string[],
): number | undefined {
  const at = Date.UTC(
    Number(year),
    months.indexOf(monthName ?? ""),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const isThere = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
  return Number.isFinite(at) && isThere ? at : undefined;
}
