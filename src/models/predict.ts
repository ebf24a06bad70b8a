/** What a trained model says of a round, or of a fight, of the database. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { intervalOf, type Interval } from "./bootstrap.ts";
import { KINDS_OF_MODELS } from "./kinds.ts";
import { predict } from "./logistic.ts";
import { readFights } from "./queries/fight-facts.ts";
import { readRoundFacts } from "./queries/round-facts.ts";
import {
  roundCurve,
  roundMoments,
  winProbabilityAdded,
  type CurvePoint,
  type WinProbabilityAdded,
} from "./round-curve.ts";
import { playRound } from "./round-states.ts";
import { findModel, type StoredModel } from "./stored.ts";

/** A deed or an event of a key moment; names as people see them, colour codes included. */
export interface MomentEvent {
  readonly event: string;
  /** 1 Axis, 2 Allies: of who it happened to; of an objective, of who did it. */
  readonly team: number | null;
  readonly who: string | null;
  readonly whoIsBot: boolean;
  readonly by: string | null;
  readonly byIsBot: boolean;
}

/** A moment that moved the round. */
export interface KeyMoment {
  readonly timeMs: number;
  /** The probability that Axis win right before and right after it. */
  readonly before: number;
  readonly after: number;
  readonly events: readonly MomentEvent[];
}

/** What a player added to their team's chance. */
export interface PlayerAdded extends WinProbabilityAdded {
  readonly name: string;
  readonly isBot: boolean;
}

/** A round as a model sees it. */
export interface RoundPrediction {
  readonly roundKey: string;
  readonly endMs: number;
  readonly winnerTeam: number | null;
  readonly curve: readonly CurvePoint[];
  /** Those that moved it most, first. */
  readonly moments: readonly KeyMoment[];
  /** Of everybody but hidden people: it compares. */
  readonly added: readonly PlayerAdded[];
  readonly model: ModelInShort;
}

/** Which model says it. */
export interface ModelInShort {
  readonly modelId: number;
  readonly rounds: number;
  readonly bots: boolean;
  /** Whether it was better than the base rate on matches that it did not see. */
  readonly isProved: boolean;
}

/** A fight as a model sees it, at its first hit. */
export interface FightPrediction {
  readonly roundKey: string;
  readonly engagement: number;
  /** Team of the side that opened it, and the probability that it wins. */
  readonly team: 1 | 2;
  readonly wins: Interval;
  readonly winnerTeam: number | null;
  /** What each feature is, and what it adds to the log-odds. */
  readonly features: readonly { readonly name: string; readonly value: number; readonly adds: number }[];
  readonly model: ModelInShort;
}

/** Whether a model was better than the base rate on matches that it did not see. */
function inShort({ bots, evaluation, modelId, rounds }: StoredModel): ModelInShort {
  const base = evaluation.scores.find(({ predictor }) => predictor === "base rate");
  return { modelId, rounds, bots, isProved: (base?.worseBy?.low ?? 0) > 0 };
}

/** The model of rounds that is used, where what it says can be shown to everybody: it was better than the base rate. */
export async function findProvedModel(sql: Sql): Promise<StoredModel | undefined> {
  const model = await findModel(sql, "round");
  return model !== undefined && inShort(model).isProved ? model : undefined;
}

/** Below this, a change is not worth telling. */
const LEAST_CHANGE = 0.005;

/** What the model says of a round; undefined where its events are not here. */
export async function predictRound(
  sql: Sql,
  roundId: number,
  model: StoredModel,
  mostMoments = 10,
): Promise<RoundPrediction | undefined> {
  for await (const facts of readRoundFacts(sql, [roundId])) {
    if (facts.lives.length === 0) return undefined;
    const played = playRound(facts);
    const moments = roundMoments(played, model)
      .filter(({ after, before }) => Math.abs(after - before) >= LEAST_CHANGE)
      .slice(0, mostMoments);
    const added = winProbabilityAdded(played, model);
    const people = await sql<{ player_id: number; name: string; is_bot: boolean; is_hidden: boolean }[]>`
      select player_id, name, is_bot, is_hidden from people where player_id = any(${[
        ...added.map(({ playerId }) => playerId),
        ...moments.flatMap(({ what }) => [
          ...what.lives.flatMap(({ byPlayerId, playerId }) => [byPlayerId ?? [], playerId ?? []].flat()),
          ...what.objectives.flatMap(({ playerId }) => playerId ?? []),
        ]),
      ]}::int[])`;
    const personOf = new Map(people.map((row) => [row.player_id, row]));
    const somebody = (playerId: number | null) => (playerId === null ? undefined : personOf.get(playerId));
    const eventOf = (
      event: string,
      team: number | null,
      playerId: number | null,
      byPlayerId: number | null,
    ): MomentEvent => {
      const [who, by] = [somebody(playerId), somebody(byPlayerId)];
      return {
        event,
        team,
        who: who?.name ?? null,
        whoIsBot: who?.is_bot ?? false,
        by: by?.name ?? null,
        byIsBot: by?.is_bot ?? false,
      };
    };
    return {
      roundKey: facts.roundKey,
      endMs: facts.endMs,
      winnerTeam: facts.winnerTeam,
      curve: roundCurve(played, model),
      moments: moments.map(({ after, before, timeMs, what }) => ({
        timeMs,
        before,
        after,
        events: [
          ...what.lives.map(({ byPlayerId, event, playerId, team }) =>
            eventOf(event, team, playerId, byPlayerId),
          ),
          ...what.objectives.map(({ playerId, team }) => eventOf("objective", team, playerId, null)),
        ],
      })),
      added: added.flatMap((row) => {
        const person = personOf.get(row.playerId);
        if (person === undefined || person.is_hidden) return [];
        return [{ ...row, name: person.name, isBot: person.is_bot }];
      }),
      model: inShort(model),
    };
  }
  return undefined;
}

/**
 * What a model says of a round, by default the one that is used; undefined where none is trained, and where the round's events are not
 * here.
 * @param bots whether bots are among those of whom it says what they added.
 */
export async function predictIfTrained(
  sql: Sql,
  roundId: number,
  bots: boolean,
  trained?: StoredModel,
): Promise<RoundPrediction | undefined> {
  const model = trained ?? (await findModel(sql, "round"));
  const found = model === undefined ? undefined : await predictRound(sql, roundId, model);
  return found && { ...found, added: found.added.filter(({ isBot }) => bots || !isBot) };
}

/** What the model says of a fight at its first hit. Throws `E_NOT_FOUND`. */
export async function predictFight(
  sql: Sql,
  roundId: number,
  engagement: number,
  model: StoredModel,
): Promise<FightPrediction> {
  const fight = (await readFights(sql, [roundId])).find((one) => one.engagement === engagement);
  if (fight === undefined) {
    throw new ProxError(
      "E_NOT_FOUND",
      `the model can say nothing of engagement ${engagement} of this round`,
      {
        suggestions: [
          "it looks at the first hit of a fight: there is none, or something of it was not recorded",
          "`prox report engagements --round KEY` lists the fights of a round",
        ],
      },
    );
  }
  const { features } = fight.observation;
  const { coefficients, intercept } = model.model;
  return {
    roundKey: fight.roundKey,
    engagement,
    team: fight.team,
    winnerTeam: fight.winnerTeam,
    wins: intervalOf(
      predict({ intercept, coefficients }, features),
      model.draws.map(([first = 0, ...rest]) => predict({ intercept: first, coefficients: rest }, features)),
    ),
    features: KINDS_OF_MODELS.fight.features.map(({ name }, index) => ({
      name,
      value: features[index] ?? 0,
      adds: (coefficients[index] ?? 0) * (features[index] ?? 0),
    })),
    model: inShort(model),
  };
}
