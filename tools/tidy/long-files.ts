/** Files above the limit, each with the reason why splitting would make it worse. The list may only shrink. */
export const longFiles: Record<string, string> = {};
