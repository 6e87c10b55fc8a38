import type { FakeAccounts } from "./accounts.ts";
import { fakeInput } from "./approvals.ts";
import { fakeReplay } from "./noise.ts";
import { fakeRehearsal } from "./runbooks.ts";
import type { FakeWorld } from "./world.ts";

export const problem = (status: number, title: string, detail = title): Response =>
  Response.json(
    { type: `/problems/fake.${status}`, title, status, detail },
    { status, headers: { "content-type": "application/problem+json" } },
  );

/** What the fake Castor does when it is told to: next to nothing. */
export async function deed(
  name: string,
  request: Request,
  { world, accounts }: { world: FakeWorld; accounts: FakeAccounts },
): Promise<Response> {
  const input = await request.json();
  const ada = { kind: "person" as const, id: "p-ada", name: "Ada Moreau" };
  if (name === "tokens.create") {
    if (!input.name) return problem(422, "The input is not valid", "Give the token a name");
    const token = {
      id: `t-${accounts.tokens.length + 1}`,
      name: input.name,
      role: input.role,
      createdAt: Date.now(),
      createdBy: ada,
    };
    accounts.tokens.push(token);
    world.fact("tokens.created", `The token “${input.name}” was created for ${input.role}`, ada);
    return Response.json({ token, secret: "castor_4f1d9c52b7e04a6f8d3b5c7e9a1f2d60" });
  }
  if (name === "tokens.revoke") {
    const gone = accounts.tokens.find((each) => each.id === input.token);
    accounts.tokens = accounts.tokens.filter((each) => each !== gone);
    world.fact("tokens.revoked", `The token “${gone?.name}” was revoked`, ada);
    return Response.json({ position: 1, events: [] });
  }
  if (name === "approvals.look") return Response.json(fakeInput(input.approval));
  if (name === "paging.replay") return Response.json(fakeReplay());
  if (request.url.endsWith("?dry-run=true")) return Response.json(fakeRehearsal);
  if (name === "people.invite")
    return Response.json({
      kind: "invitation",
      person: "p-new",
      link: "invite-1f2d60",
      path: "/sign-in#link=invite-1f2d60",
      expiresAt: Date.now() + 86_400_000,
    });
  return Response.json({ position: 1, events: [] });
}
