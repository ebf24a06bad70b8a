/** Checks of this machine: versions, configuration, data folder and database. */
import { accessSync, constants, existsSync, statSync, statfsSync } from "node:fs";
import path from "node:path";

import type { ConfigCheck } from "../config/check-config.ts";
import { problemLine } from "../config/config-file.ts";
import { counted } from "../counts.ts";
import { databaseStatus } from "../db/status.ts";
import { messageOf, ProxError } from "../errors.ts";
import { packageVersion } from "../package-root.ts";
import { type Finding, findingsOf, gigabytes } from "./finding.ts";

/** The first versions of Node that prox runs on, a major each; every later major will do. */
const NODE_VERSIONS: readonly (readonly [major: number, minor: number])[] = [
  [20, 19],
  [22, 13],
  [24, 0],
];

/** Whether prox runs on a version of Node: `v22.14.0`. */
export function isNodeFit(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const newest = NODE_VERSIONS.at(-1)?.[0] ?? 0;
  return major > newest || NODE_VERSIONS.some(([known, from]) => major === known && minor >= from);
}

function checkVersions(nodeVersion: string): Finding {
  const { fail, ok } = findingsOf("versions");
  const found = `prox ${packageVersion()}, Node ${nodeVersion}`;
  return isNodeFit(nodeVersion)
    ? ok(found)
    : fail(`${found}: prox does not run well on this Node`, "install Node 20.19, 22.13, 24 or later");
}

function checkConfiguration({ files, problems, settings }: ConfigCheck): Finding[] {
  const { fail, ok } = findingsOf("configuration");
  if (files.length === 0) {
    return [fail("there is no prox.config.json here", "write one: prox init --host HOST --basepath PATH")];
  }
  const advice = "correct the line; `prox config check` lists them all";
  if (problems.length > 0) {
    return problems.map((problem) => fail(problemLine(problem), problem.advice || advice));
  }
  return [ok(`${files.join(", ")}: ${counted(settings?.serverNames.length ?? 0, "server")}`)];
}

/** The folder, or the nearest one above it that is there. */
function nearestExisting(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder
    ? folder
    : nearestExisting(path.dirname(folder));
}

/** Whether rounds can be put into the data folder. `keepFreeMb`: what a pull leaves free. */
function checkDataFolder(folder: string, keepFreeMb: number): Finding {
  const { fail, ok, warn } = findingsOf("data folder");
  const there = nearestExisting(folder);
  try {
    if (!statSync(there).isDirectory()) throw new Error(`${there} is not a folder`);
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    return fail(
      `cannot write to ${folder}: ${messageOf(error)}`,
      "give yourself the right to write there, or set dataFolder to another folder",
    );
  }
  const { bavail, bsize } = statfsSync(there);
  const freeBytes = bavail * bsize;
  const found = `${folder}: ${gigabytes(freeBytes)} free`;
  const keptBytes = keepFreeMb * 1e6;
  if (freeBytes <= keptBytes) {
    return fail(`${found}, and a pull leaves ${keepFreeMb} MB free`, "make room: nothing can be pulled");
  }
  return freeBytes < 2 * keptBytes ? warn(`${found}: little`, "make room soon") : ok(found);
}

async function checkDatabase(databaseUrl: string | undefined): Promise<Finding> {
  const { fail, failed, ok, warn } = findingsOf("database");
  try {
    const { embedded, isRunning, schema, server, url } = await databaseStatus(databaseUrl);
    if (!isRunning) return ok("embedded, not running: prox starts it when it is needed");
    const found = `${embedded ? "embedded" : url}, PostgreSQL ${server ?? "?"}`;
    if (schema === undefined || schema.pending.length === 0)
      return ok(`${found}, schema ${schema?.version ?? "?"}`);
    if (embedded) return ok(`${found}: the next import upgrades its schema`);
    if (schema.version === 0) return warn(`${found}: it has no prox schema yet`, "run: prox db migrate");
    const versions = `version ${schema.version}, and this prox needs ${schema.latest}`;
    return fail(`${found}: its schema has ${versions}`, "run: prox db migrate");
  } catch (error) {
    if (error instanceof ProxError) return failed(error);
    throw error;
  }
}

/** What is checked of this machine. */
export interface MachineCheck {
  readonly config: ConfigCheck;
  /** What a pull leaves free of the data folder's disk: the most that a server asks for. */
  readonly keepFreeMb: number;
  readonly nodeVersion?: string;
}

/** Checks this machine; changes nothing, and does not start the embedded database. */
export async function checkMachine({
  config,
  keepFreeMb,
  nodeVersion = process.version,
}: MachineCheck): Promise<Finding[]> {
  const { settings } = config;
  return [
    checkVersions(nodeVersion),
    ...checkConfiguration(config),
    ...(settings === undefined
      ? [findingsOf("database").unknown("the configuration, which may name it, is wrong")]
      : [checkDataFolder(settings.dataFolder, keepFreeMb), await checkDatabase(settings.databaseUrl)]),
  ];
}
