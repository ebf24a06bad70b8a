/** What a model of a kind can learn from the rounds of a database, and the model that it makes of that. */
import { createHash } from "node:crypto";

import type { Sql } from "../db/driver/connect.ts";
import type { Filters } from "../reports/filters.ts";
import { requireEnough, supplyOf } from "./enough.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { KINDS_OF_MODELS, type ModelKind } from "./kinds.ts";
import { readFights } from "./queries/fight-facts.ts";
import { findLearningRounds, readRoundFacts } from "./queries/round-facts.ts";
import { roundObservations } from "./round-features.ts";
import { groupsOf, type Observation } from "./sample.ts";
import { train, type Trained } from "./train.ts";

/** What there is to learn from. */
export interface Lessons {
  readonly kind: ModelKind;
  readonly rounds: number;
  readonly matches: number;
  readonly observations: readonly Observation[];
  /** Whether rounds of bots are among them. */
  readonly bots: boolean;
  /** SHA-256 of the observations. */
  readonly fingerprint: string;
}

/** A model with all that is to be known of it. */
export interface LearntModel extends Trained, Omit<Lessons, "observations"> {
  readonly observations: number;
  readonly seed: number;
  readonly evaluation: Evaluation;
}

/**
 * Reads what a model of a kind can learn from. Throws `E_TOO_LITTLE_DATA` with the number that is needed.
 * @param filters choose rounds by map, time, session; whole rounds, whoever played in them.
 */
export async function readLessons(sql: Sql, kind: ModelKind, filters: Filters): Promise<Lessons> {
  const roundIds = await findLearningRounds(sql, filters);
  const observations: Observation[] = [];
  const units: string[] = [];
  if (kind === "round") {
    for await (const facts of readRoundFacts(sql, roundIds)) {
      for (const observation of roundObservations(facts)) {
        observations.push(observation);
        units.push(facts.roundKey);
      }
    }
  } else {
    for (const { engagement, observation, roundKey, winnerTeam } of await readFights(sql, roundIds)) {
      if (winnerTeam === null) continue;
      observations.push(observation);
      units.push(`${roundKey}#${engagement}`);
    }
  }
  requireEnough(
    KINDS_OF_MODELS[kind].need,
    supplyOf(observations, (index) => units[index] ?? ""),
    [
      "only whole rounds of at least a minute count that prox recorded and somebody won",
      ...(filters.bots === "with"
        ? []
        : ["rounds with more than a quarter of bots are left out: --bots takes them too"]),
      "import more rounds, or leave out a filter",
    ],
  );
  const hash = createHash("sha256").update(kind);
  observations.forEach((observation, index) =>
    hash.update(`\n${units[index] ?? ""} ${JSON.stringify(observation)}`),
  );
  return {
    kind,
    rounds: new Set(units.map((unit) => unit.split("#")[0])).size,
    matches: groupsOf(observations).length,
    observations,
    bots: filters.bots === "with",
    fingerprint: hash.digest("hex"),
  };
}

/** Judges what can be learnt, on matches that were not seen. */
export function judge({ kind, observations }: Lessons, seed: number): Evaluation {
  return evaluate(observations, { seed, more: KINDS_OF_MODELS[kind].more });
}

/** Makes a model, judged. The same lessons and seed make the same. */
export function learn(lessons: Lessons, seed: number): LearntModel {
  const { observations, ...about } = lessons;
  return {
    ...about,
    ...train(observations, seed),
    observations: observations.length,
    seed,
    evaluation: judge(lessons, seed),
  };
}
