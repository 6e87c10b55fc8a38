import type { Approval } from "#console";

export const endWords: Readonly<Record<Approval["state"], string>> = {
  open: "Waits",
  approved: "Is being done",
  done: "Approved and done",
  failed: "Approved, could not be done",
  interrupted: "Approved, interrupted: look how far it came",
  refused: "Refused",
  withdrawn: "Taken back",
  expired: "Nobody approved it in time",
};

/** The name of a field as people read it: `dropSecondFactor` is "drop second factor". */
export const fieldWords = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
