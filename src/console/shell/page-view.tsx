import { Component, type ComponentType, type ReactNode, useEffect, useState } from "react";
import { Loading } from "../ui/basics.tsx";
import { ProblemView } from "../ui/problem.tsx";

type BoundaryProps = { children: ReactNode };

/** A mistake in one page leaves the way to the others open. */
export class Boundary extends Component<BoundaryProps, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }
  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return <ProblemView error={this.state.error} retry={() => location.reload()} />;
  }
}

const loaded = new Map<string, ComponentType>();
type Loadable = { id: string; title: string; load: () => Promise<ComponentType> };

/** Shows a page once its part of the program has arrived. */
export function PageView({ page }: { page: Loadable }): ReactNode {
  const [, setReady] = useState("");
  const [error, setError] = useState<Error>();
  const Shown = loaded.get(page.id);
  useEffect(() => {
    if (loaded.has(page.id)) return;
    page.load().then(
      (component) => {
        loaded.set(page.id, component);
        setReady(page.id);
      },
      (reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))),
    );
  }, [page]);
  if (Shown) {
    return (
      <Boundary key={page.id}>
        <Shown />
      </Boundary>
    );
  }
  if (error) return <ProblemView error={error} retry={() => location.reload()} />;
  return <Loading what={page.title} lines={5} />;
}
