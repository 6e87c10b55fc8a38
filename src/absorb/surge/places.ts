type Place = { hosts: readonly string[]; path: string };
type Route = Place & { service: string };

/** A place as configuration names it: `/checkout`, `shop.example/checkout`, `a.example,b.example/`. */
export function placeOf(text: string): Place {
  const slash = text.indexOf("/");
  const hosts = text.slice(0, slash).toLowerCase().split(",");
  return { hosts: hosts.filter((host) => host !== "" && host !== "*"), path: text.slice(slash) };
}

const isAnyHost = ({ hosts }: Place): boolean => hosts.length === 0 || hosts.includes("*");
const sharesHost = (one: Place, other: Place): boolean =>
  isAnyHost(one) || isAnyHost(other) || one.hosts.some((host) => other.hosts.includes(host));
const isUnder = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);

/** The services that visitors of these places reach: by the first route that fits, and by those further down. */
export function servicesAt(places: readonly string[], routes: readonly Route[]): string[] {
  const found = places.map(placeOf).flatMap((place) => {
    const near = routes.filter((route) => sharesHost(place, route));
    const first = near.find((route) => isUnder(place.path, route.path));
    const further = near.filter((route) => isUnder(route.path, place.path));
    return [...(first ? [first] : []), ...further].map(({ service }) => service);
  });
  return [...new Set(found)];
}
