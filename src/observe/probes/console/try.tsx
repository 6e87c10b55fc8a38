import { type ReactNode, useState } from "react";
import { Button, date, Dialog, Field, Form, send, textOf, ToneMark } from "#console";

type Tried = { ok: boolean; says: string; certificate?: { until: number; issuer: string } };

/** An address is tried before it is written into the configuration. */
export function TryAnAddress(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [tried, setTried] = useState<Tried>();
  return (
    <>
      <Button onClick={() => setOpen(true)}>Try an address…</Button>
      <Dialog
        open={isOpen}
        onClose={() => {
          setOpen(false);
          setTried(undefined);
        }}
        title="Try an address"
      >
        <Form
          submit="Ask it"
          onSubmit={async (fields) => {
            const contains = textOf(fields, "contains");
            const wanted = contains === "" ? {} : { contains: [contains] };
            setTried(undefined);
            const address = textOf(fields, "address");
            setTried(await send<Tried>("probes.try", { address, ...wanted }));
          }}
        >
          <Field
            label="Address"
            name="address"
            required
            autoFocus
            placeholder="https://shop.example/"
            hint="Also tcp://host:port, tls://host:port, smtp://host:port, ping:host, dns:name"
          />
          <Field
            label="Text that must be there"
            name="contains"
            hint="Of a page, a greeting or records; may stay empty"
          />
          <p role="status" className="min-h-6 text-sm wrap-anywhere">
            {tried && (
              <span className="flex items-center gap-2">
                <ToneMark tone={tried.ok ? "good" : "bad"} />
                <span>
                  {tried.says}
                  {tried.certificate &&
                    `; certificate of ${tried.certificate.issuer} until ${date(tried.certificate.until)}`}
                </span>
              </span>
            )}
          </p>
        </Form>
      </Dialog>
    </>
  );
}
