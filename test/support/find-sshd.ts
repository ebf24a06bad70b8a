/** Where OpenSSH's server is. */
import { accessSync, constants } from "node:fs";

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program, or undefined where it is not installed. */
export const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].find(isProgram);
