import * as z from "zod";

/** As people call it: `shop-17`, the project and a number. A part that was split off has one more number: `shop-17.1`. */
export const IssueId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}-\d{1,9}(\.\d{1,4}){0,5}$/, "Write an issue such as shop-17");
