/** Entry of the host's bundle: what loads it calls `createHost`. */
export { createHost } from "./host.ts";
