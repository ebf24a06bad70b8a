/** Where ProFTPD is. */
import { existsSync } from "node:fs";

/** The program, or undefined where it is not installed. */
export const PROFTPD = ["/usr/sbin/proftpd", "/usr/local/sbin/proftpd"].find((file) => existsSync(file));
