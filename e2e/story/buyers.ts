const pauseMs = 150;

/** People who put something into their cart and pay, again and again, each from an address of their own. */
export function startBuyers(
  gateway: string,
  people: number,
): { paid(): number; failed(): number; leave(): Promise<void> } {
  const found = { paid: 0, failed: 0, isOver: false };
  const buy = async (number: number): Promise<void> => {
    const headers = {
      "x-forwarded-for": `198.51.100.${number}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const post = (path: string, body: string, cookie = ""): Promise<Response> =>
      fetch(gateway + path, {
        ...{ method: "POST", body, redirect: "manual" },
        headers: { ...headers, cookie },
      });
    const filled = await post("/cart", "id=tin-lantern&add=1");
    const cookie = filled.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    // Whoever cannot see what is in their cart pays all the same, or tries to.
    await fetch(`${gateway}/cart`, { headers: { ...headers, cookie } });
    const { status } = await post("/checkout", "", cookie);
    if (status === 303) found.paid++;
    else found.failed++;
  };
  const all = Array.from({ length: people }, async (_, number) => {
    while (!found.isOver) {
      await buy(number).catch(() => found.failed++);
      await Bun.sleep(pauseMs);
    }
  });
  return {
    paid: () => found.paid,
    failed: () => found.failed,
    leave: async () => {
      found.isOver = true;
      await Promise.all(all);
    },
  };
}
