export { command as crowd } from "../crowd/command.ts";
