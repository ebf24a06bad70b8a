/** Checks of a game server: the way there, its clock and disk, its folders and cfg files, the tracker. Only looks. */
import type { ServerSettings } from "../config/settings.ts";
import { changeServer } from "../deploy/change-server.ts";
import { planDeploy } from "../deploy/plan-deploy.ts";
import type { Module, ServerPlan } from "../deploy/server-plan.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ProxError } from "../errors.ts";
import { describeOwner } from "../process/lock-owner.ts";
import { connect } from "../remote/connect.ts";
import type { Rcon } from "../remote/rcon.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import { type ServerFolders, serverFolders } from "../server/folders.ts";
import { readLock } from "../server/lock.ts";
import { type Finding, findingsOf, gigabytes } from "./finding.ts";
import { checkFtp } from "./ftp.ts";
import { checkGame } from "./game.ts";

/** A clock may differ so much before times of rounds look wrong. */
const CLOCK_TOLERANCE_S = 5;
/** The file's time is that of the moment when this process of the server was first asked for it. */
const CLOCK_FILE = "/proc/self/io";
const LITTLE_SPACE_BYTES = 1e9;
const NO_SPACE_BYTES = 50e6;

/** The steps of connecting, in their order. */
const STEPS = ["connection", "host key", "sign-in", "SFTP"] as const;

/** The step that an error is of, where it is not the first. */
const STEP_OF: Partial<Record<ErrorCode, (typeof STEPS)[number]>> = {
  E_HOST_KEY_UNKNOWN: "host key",
  E_HOST_KEY_CHANGED: "host key",
  E_HOST_KEY_REVOKED: "host key",
  E_SECRET: "sign-in",
  E_SSH_KEY: "sign-in",
  E_SSH_AUTH: "sign-in",
  E_SFTP: "SFTP",
};
/** Errors that come before anything is connected to: they say nothing of the steps before theirs. */
const BEFORE_CONNECTING: ReadonlySet<ErrorCode> = new Set(["E_SECRET", "E_SSH_KEY"]);

/** What to compare a server with, and how to ask its game. */
export interface ServerCheck {
  /** The tracker of this prox. */
  readonly module: Module;
  /** Undefined where no password is known. */
  readonly rcon: () => Rcon | undefined;
  readonly signal: AbortSignal;
}

/** Runs a check; what prox itself throws is its finding. */
async function asFindings(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProxError && error.exit !== "interrupted") return [findingsOf(check).failed(error)];
    throw error;
  }
}

/** Checks one server. */
export async function checkServer(server: ServerSettings, check: ServerCheck): Promise<Finding[]> {
  const [files, game] = await Promise.all([
    server.protocol === "sftp" ? checkConnection(server, check) : checkFtp(server, check.signal),
    asFindings("rcon", () => checkGame(server, check.rcon)),
  ]);
  return [...files, ...game];
}

async function checkConnection(server: ServerSettings, check: ServerCheck): Promise<Finding[]> {
  const startedMs = performance.now();
  let connection: Awaited<ReturnType<typeof connect>>;
  try {
    connection = await connect(server, { signal: check.signal });
  } catch (error) {
    if (!(error instanceof ProxError) || error.exit === "interrupted") throw error;
    const step = STEP_OF[error.code] ?? "connection";
    const before = BEFORE_CONNECTING.has(error.code) ? [] : STEPS.slice(0, STEPS.indexOf(step));
    return [...before.map((name) => findingsOf(name).ok("works")), findingsOf(step).failed(error)];
  }
  try {
    const tookMs = Math.round(performance.now() - startedMs);
    const key = server.hostKey === undefined ? "known" : "the one of the configuration";
    const { files } = connection;
    return [
      findingsOf("connection").ok(`${connection.address}, ${tookMs} ms`),
      findingsOf("host key").ok(key),
      findingsOf("sign-in").ok("works"),
      findingsOf("SFTP").ok("works"),
      ...(await asFindings("clock", async () => [await checkClock(files)])),
      ...(await asFindings("folders", () => checkFolders(files, server, check.module))),
    ];
  } finally {
    connection.close();
  }
}

async function checkClock(files: RemoteFiles): Promise<Finding> {
  const { ok, unknown, warn } = findingsOf("clock");
  const before = Date.now() / 1000;
  const stat = await files.stat(CLOCK_FILE).catch((error: unknown) => {
    if (isRefused(error)) return undefined;
    throw error;
  });
  if (stat === undefined) return unknown("the server's clock cannot be seen over its SFTP");
  // The server's second may have begun just before, and the question took its time.
  const after = Date.now() / 1000;
  const behindS = Math.round(before - (stat.modifiedS + 1));
  const aheadS = Math.round(stat.modifiedS - after);
  const difference = Math.max(behindS, aheadS, 0);
  if (difference <= CLOCK_TOLERANCE_S) return ok("as this machine's");
  const way = aheadS > 0 ? "ahead of" : "behind";
  return warn(
    `${difference} s ${way} this machine's`,
    "let NTP set both clocks: rounds carry the time of the server",
  );
}

async function checkDisk(files: RemoteFiles, { write }: ServerFolders): Promise<Finding> {
  const { fail, ok, unknown, warn } = findingsOf("disk");
  const freeBytes = await files.freeBytes(write);
  if (freeBytes === undefined) return unknown("the server does not tell how much is free");
  const found = `${gigabytes(freeBytes)} free on the server`;
  if (freeBytes < NO_SPACE_BYTES) return fail(found, "make room: the game can write no rounds");
  if (freeBytes < LITTLE_SPACE_BYTES) {
    return warn(found, "make room soon; `prox pull --archive` or `--delete` takes rounds away");
  }
  return ok(found);
}

async function checkFolders(files: RemoteFiles, server: ServerSettings, module: Module): Promise<Finding[]> {
  const { fail, ok } = findingsOf("folders");
  const folders = serverFolders(server);
  const advice = `correct basepath, homepath and game of server "${server.name}"`;
  const wanted = [server.basepath ?? "", server.homepath ?? "", folders.write].filter((each) => each !== "");
  const stats = await Promise.all(wanted.map((folder) => files.stat(folder)));
  const missing = wanted.filter((_folder, index) => stats[index]?.kind !== "folder");
  if (missing.length > 0) {
    return missing.map((folder) => fail(`${folder} is no folder on the server`, advice));
  }
  const output = await files.stat(folders.output);
  const rounds = output === undefined ? "; no rounds were recorded yet" : "";
  return [
    ok(`${folders.write}${rounds}`),
    ...(await asFindings("disk", async () => [await checkDisk(files, folders)])),
    ...(await asFindings("rights", () => checkRights(files, folders))),
    ...(await asFindings("cfg", () => checkCfg(files, server, module))),
    ...(await asFindings("lock", () => checkLock(files, server))),
  ];
}

async function checkRights(files: RemoteFiles, { write }: ServerFolders): Promise<Finding[]> {
  const { ok, warn } = findingsOf("rights");
  const stat = await files.stat(write);
  const mode = stat?.mode ?? 0;
  const isWritable = (await files.isOwn(write, mode)) ? (mode & 0o200) !== 0 : (mode & 0o022) !== 0;
  return [
    isWritable
      ? ok(`prox may write to ${write}`)
      : warn(
          `${write} belongs to user ${stat?.owner ?? "?"}, and prox signs in as another`,
          "sign in as the user that runs the game",
        ),
  ];
}

async function checkCfg(files: RemoteFiles, server: ServerSettings, module: Module): Promise<Finding[]> {
  const { ok, warn } = findingsOf("cfg");
  const warnings: string[] = [];
  // What a deploy would do, which looks at everything that it would need.
  const { plan } = await changeServer(files, {
    server,
    what: "doctor",
    plan: (own) => planDeploy(own, server, module),
    rcon: undefined,
    isDryRun: true,
    approve: (_plan, told) => {
      warnings.push(...told);
      return Promise.resolve();
    },
  });
  const advice = `see the lines with: prox deploy ${server.name} --dry-run`;
  return [
    ok(`${server.cfg}: a deploy can do its work`),
    ...warnings.map((warning) => warn(warning, advice)),
    checkTracker(plan, module, server),
  ];
}

function checkTracker(plan: ServerPlan, module: Module, { name }: ServerSettings): Finding {
  const { ok, warn } = findingsOf("tracker");
  if (plan.liveSha1 === undefined) return warn("not on the server", `run: prox deploy ${name}`);
  if (!plan.wasListed)
    return warn("on the server, but the game's lists do not name it", `run: prox deploy ${name}`);
  if (plan.liveSha1 === module.sha1) return ok(`${module.version ?? "?"}, listed`);
  return warn("another version than this prox has", `to upgrade, run: prox deploy ${name}`);
}

async function checkLock(files: RemoteFiles, server: ServerSettings): Promise<Finding[]> {
  const { ok, warn } = findingsOf("lock");
  const owner = await readLock(files, serverFolders(server));
  if (owner === undefined) return [ok("none")];
  return [warn(`held by ${describeOwner(owner)}`, `when nobody needs it, run: prox unlock ${server.name}`)];
}
