/** A wrong file, and the one mistake that must be told: its line, its field, and words of its fix. */
export type WrongFile = { name: string; text: string; line: number; path: string; fix: string };

const wrong = (
  ...[name, text, line, path, fix]: [string, string, number, string, string]
): WrongFile => ({
  name,
  text,
  line,
  path,
  fix,
});

const shop = `catalog:
  services:
    shop:
      run: node shop.js
`;

export const wrongFiles: readonly WrongFile[] = [
  wrong("a section with a typo", `${shop}gatway:\n  port: 8080\n`, 5, "gatway", "Write `gateway`."),
  wrong(
    "a section nobody knows",
    `${shop}kubernetes:\n  pods: 3\n`,
    5,
    "kubernetes",
    "Remove it; known here: catalog and gateway.",
  ),
  wrong(
    "a field with a typo",
    `${shop}      instnces: 3\n`,
    5,
    "catalog.services.shop.instnces",
    "Write `instances`.",
  ),
  wrong(
    "a field in the wrong style",
    `gateway:\n  admin_token: secret-secret\n`,
    2,
    "gateway.admin_token",
    "Write `adminToken`.",
  ),
  wrong(
    "a field nobody knows",
    `gateway:\n  colour: red\n`,
    2,
    "gateway.colour",
    "Remove it; known here: listen, port",
  ),
  wrong(
    "text where a number belongs",
    `${shop}      instances: three\n`,
    5,
    "catalog.services.shop.instances",
    "`instances: 3`",
  ),
  wrong(
    "a number beyond its limit",
    `${shop}      instances: 1000\n`,
    5,
    "catalog.services.shop.instances",
    "`instances: 3`",
  ),
  wrong(
    "half an instance",
    `${shop}      instances: 1.5\n`,
    5,
    "catalog.services.shop.instances",
    "`instances: 3`",
  ),
  wrong("a port that cannot be", `gateway:\n  port: 80800\n`, 2, "gateway.port", "`port: 8080`"),
  wrong(
    "a duration without its unit",
    `gateway:\n  timeout: 30\n`,
    2,
    "gateway.timeout",
    "`timeout: 30s` for seconds",
  ),
  wrong(
    "a duration in words",
    `gateway:\n  timeout: 30 seconds\n`,
    2,
    "gateway.timeout",
    'Write a duration such as "250ms"',
  ),
  wrong(
    "a URL without a scheme",
    `catalog:\n  services:\n    blog:\n      url: localhost 2368\n`,
    4,
    "catalog.services.blog.url",
    "`url: http://127.0.0.1:3000`",
  ),
  wrong(
    "an option nobody offers",
    `gateway:\n  balance: least-requests\n`,
    2,
    "gateway.balance",
    "`balance: least-request`",
  ),
  wrong(
    "yes is not true",
    `gateway:\n  compress: yes\n`,
    2,
    "gateway.compress",
    "`compress: true`",
  ),
  wrong(
    "one value where a list belongs",
    `gateway:\n  routes: shop\n`,
    2,
    "gateway.routes",
    "`routes: [{ host: … }]`",
  ),
  wrong(
    "a list where keys belong",
    `catalog:\n  services:\n    - shop\n`,
    3,
    "catalog.services",
    "`services: { name: … }`",
  ),
  wrong(
    "a required field with a typo",
    `${shop}gateway:\n  routes:\n    - sevice: shop\n`,
    7,
    "gateway.routes[0].sevice",
    "Write `service`.",
  ),
  wrong(
    "a number that quotes would not mend",
    `gateway:\n  listen: 8080\n`,
    2,
    "gateway.listen",
    'Write an address and a port such as "127.0.0.1:8080"',
  ),
  wrong(
    "a missing field",
    `${shop}gateway:\n  routes:\n    - host: example.org\n`,
    7,
    "gateway.routes[0].service",
    "Add `service:",
  ),
  wrong(
    "a route to a service that is not there",
    `${shop}gateway:\n  routes:\n    - service: shopp\n`,
    7,
    "gateway.routes[0].service",
    "Write `shop` (those that exist: shop).",
  ),
  wrong(
    "a name with capitals",
    `catalog:\n  services:\n    My Shop:\n      run: node shop.js\n`,
    3,
    'catalog.services["My Shop"]',
    'Use small letters, digits and "-".',
  ),
  wrong(
    "a path without its slash",
    `${shop}      health:\n        path: healthz\n`,
    6,
    "catalog.services.shop.health.path",
    'Start the path with "/".',
  ),
  wrong(
    "a variable that is not set",
    `gateway:\n  adminToken: \${CASTOR_TEST_ADMIN_TOKEN}\n`,
    2,
    "gateway.adminToken",
    "Set CASTOR_TEST_ADMIN_TOKEN before",
  ),
  wrong(
    "an unquoted number in an environment",
    `${shop}      env:\n        PORT: 3000\n`,
    6,
    "catalog.services.shop.env.PORT",
    '`PORT: "3000"`',
  ),
  wrong(
    "a key twice",
    `gateway:\n  port: 80\n  port: 81\n`,
    3,
    "gateway.port",
    "Keep one of the two",
  ),
  wrong("a tab", `gateway:\n\tport: 80\n`, 2, "gateway.port", "Indent with spaces"),
  wrong(
    "crooked indentation",
    `gateway:\n    port: 80\n  compress: true\n`,
    3,
    "gateway.compress",
    "Align it with its neighbours",
  ),
  wrong(
    "a quote that never ends",
    `gateway:\n  listen: "127.0.0.1:80\n`,
    2,
    "gateway.listen",
    "Write the closing quote",
  ),
  wrong(
    "a star that reads as an alias",
    `gateway:\n  routes:\n    - host: *.example.org\n      service: shop\n`,
    3,
    "gateway.routes.host",
    'quote it: "*.example.org"',
  ),
  wrong(
    "a star inside what it names",
    `gateway: &all\n  routes: [*all]\n`,
    2,
    "gateway.routes",
    'quote it: "*all"',
  ),
  wrong(
    "a line without a colon",
    `gateway:\n  port 80\n  compress: true\n`,
    2,
    "gateway.port",
    "a colon",
  ),
  wrong("two keys on a line", `gateway: port: 80\n`, 1, "gateway", "Put it on the next line"),
  wrong(
    "no sections at all",
    `- gateway\n- catalog\n`,
    1,
    "",
    "Start with a section at the left edge",
  ),
];
