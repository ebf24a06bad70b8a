/** Models in the database. */
import { createHash } from "node:crypto";

import type { Sql } from "../db/driver/connect.ts";
import { camelRow } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { packageVersion } from "../package-root.ts";
import type { Evaluation } from "./evaluate.ts";
import { KINDS_OF_MODELS, type ModelKind } from "./kinds.ts";
import type { LearntModel } from "./learn.ts";
import type { Trained, Weights } from "./train.ts";

/** A model as the database has it. */
export interface StoredModel extends Trained {
  readonly modelId: number;
  readonly sha256: string;
  readonly kind: ModelKind;
  readonly version: number;
  readonly features: readonly string[];
  readonly rounds: number;
  readonly matches: number;
  readonly observations: number;
  readonly bots: boolean;
  readonly fingerprint: string;
  readonly seed: number;
  readonly evaluation: Evaluation;
  readonly proxVersion: string;
  readonly trainedAt: Date;
}

/** Stores a model, which is then the one of its kind that is used; one that is there already is not stored twice. */
export async function storeModel(sql: Sql, learnt: LearntModel): Promise<StoredModel> {
  const { draws, evaluation, fingerprint, kind, model, seed } = learnt;
  const { features, version } = KINDS_OF_MODELS[kind];
  const names = features.map(({ name }) => name);
  const content = JSON.stringify([kind, version, names, model, draws, fingerprint, seed, evaluation]);
  const sha256 = createHash("sha256").update(content).digest("hex");
  await sql`
    insert into models (sha256, kind, version, features, intercept, coefficients, scales, draws, rounds, matches, observations,
      bots, fingerprint, seed, evaluation, prox_version)
    values (${sha256}, ${kind}, ${version}, ${names}, ${model.intercept}, ${[...model.coefficients]}::float8[],
      ${[...model.scales]}::float8[], ${sql.json(draws)}, ${learnt.rounds}, ${learnt.matches},
      ${learnt.observations}, ${learnt.bots}, ${fingerprint}, ${seed}, ${sql.json(evaluation as never)}, ${packageVersion()})
    on conflict (sha256) do update set trained_at = clock_timestamp()`;
  const [stored] = await readModels(sql, kind);
  if (stored === undefined) throw new Error("a model was deleted while it was stored");
  return stored;
}

interface ModelColumns extends Omit<StoredModel, "draws" | "model"> {
  readonly intercept: number;
  readonly coefficients: number[];
  readonly scales: number[];
  readonly draws: Weights[];
}

/** The models of a kind that this prox can use, the one that is used first. */
export async function readModels(sql: Sql, kind: ModelKind): Promise<StoredModel[]> {
  const rows = await sql`
    select * from models where kind = ${kind} and version = ${KINDS_OF_MODELS[kind].version}
    order by trained_at desc, model_id desc`;
  return rows.map((row) => {
    const { coefficients, intercept, scales, ...rest } = camelRow(row) as unknown as ModelColumns;
    return { ...rest, model: { intercept, coefficients, scales } };
  });
}

/** The model of a kind that is used; undefined where none is trained. */
export async function findModel(sql: Sql, kind: ModelKind): Promise<StoredModel | undefined> {
  return (await readModels(sql, kind))[0];
}

/** The model of a kind that is used. Throws `E_NOT_FOUND` where none is trained. */
export async function requireModel(sql: Sql, kind: ModelKind): Promise<StoredModel> {
  const found = await findModel(sql, kind);
  if (found !== undefined) return found;
  throw new ProxError("E_NOT_FOUND", `no model of ${kind}s is trained in this database`, {
    suggestions: [`train one with \`prox model train --kind ${kind}\``],
  });
}
